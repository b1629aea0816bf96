import { randomUUID } from 'node:crypto';
import type { Attempt } from '../../core/contract.js';
import type { Client, Reply } from './client.js';
import type { System } from './system.js';

/** Creates a product and answers its id. */
export async function createProduct(
  system: System,
  fields: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const product = { name: '녹차', price: 500, stock: 10, ...fields };
  const { status, body } = await system.ops().post('/api/ops/products', product);
  if (status !== 201) throw new Error(`no product: ${JSON.stringify(body)}`);
  return body.id;
}

/** Puts goods into a buyer's cart. */
export async function putInCart(buyer: Client, product: string, quantity: number): Promise<void> {
  const { status, body } = await buyer.send('PUT', `/api/cart/items/${product}`, { quantity });
  if (status !== 200) throw new Error(`not in the cart: ${status} ${JSON.stringify(body)}`);
}

/** Orders all that is in the cart. */
export function order(
  buyer: Client,
  key: string = randomUUID(),
  paymentReference = 'paid',
): Promise<Reply> {
  return buyer.post('/api/orders', { paymentReference }, { 'idempotency-key': key });
}

/** What can be bought of a product, as its page says. */
export async function stockOf(system: System, product: string): Promise<number> {
  const gateway = system.urls.length - 1;
  const { body } = await system.stranger(gateway).get(`/api/products/${product}/stock`);
  return body.available;
}

/** Enters a sale and waits until the buyer holds what it wants. */
export async function hold(buyer: Client, sale: string, quantity = 1): Promise<Attempt> {
  const { body } = await buyer.buy(sale, quantity);
  const attempt = await buyer.untilDecided(body.id);
  if (attempt.state !== 'held') throw new Error(`not held: ${JSON.stringify(attempt)}`);
  return attempt;
}
