import { expect } from 'chai';
import type { Client } from '../support/client.js';
import { emit } from '../support/emit.js';
import { createProduct, hold } from '../support/shop.js';
import { System } from '../support/system.js';

/** What only the system may say of an attempt, a sale, a product or an order. */
const NOT_YOURS = {
  id: 'p-aaaaaaaaaa',
  buyerId: 'alice',
  sub: 'alice',
  state: 'confirmed',
  version: 99,
  ticket: 1_000_000,
  ahead: 0,
  holdExpiresAt: '2099-01-01T00:00:00.000Z',
  orderId: 'o-stolen',
  reason: 'vip',
  available: 777,
  held: 0,
  sold: 777,
  total: 0,
  entered: 0,
  lane: 1,
  incarnation: 'mine',
  fencingToken: 99,
  createdAt: 1,
  opsName: 'root',
  lines: [],
  price: 0,
  currency: 'XXX',
} as const;

function without<K extends keyof typeof NOT_YOURS>(...names: K[]): Omit<typeof NOT_YOURS, K> {
  const rest = { ...NOT_YOURS };
  for (const name of names) delete (rest as Partial<typeof NOT_YOURS>)[name];
  return rest;
}

describe('A body that says more than it may', () => {
  let system: System;
  let ops: Client;

  before(async () => {
    system = await System.start();
    ops = system.ops();
  });

  after(() => system.stop());

  it('makes and changes a product in what its maker may say alone', async () => {
    const extra = without('price', 'currency');
    const { body: made } = await ops.post('/api/ops/products', {
      ...extra,
      name: 'A',
      price: 5,
      stock: 3,
    });
    expect(made).to.include({ name: 'A', price: 5, stock: 3, available: 3, version: 1 });
    expect(made.id).to.not.equal(NOT_YOURS.id);
    const { body: changed } = await ops.patch(`/api/ops/products/${made.id}`, {
      ...extra,
      name: 'B',
    });
    expect(changed).to.deep.equal({ ...made, name: 'B', version: changed.version });
    expect(changed.version).to.equal(2);
  });

  it('makes and changes a sale in what its maker may say alone', async () => {
    const productId = await createProduct(system);
    const fields = { productId, title: 'T', stock: 7 };
    const { body: made } = await ops.post('/api/ops/sales', { ...NOT_YOURS, ...fields });
    expect(made.id).to.not.equal(NOT_YOURS.id);
    expect(made).to.include({ title: 'T', state: 'open' });
    expect(made.stock).to.deep.equal({ total: 7, available: 7, held: 0, sold: 0 });
    const more = { ...NOT_YOURS, stock: 1_000, productId: 'p-aaaaaaaaaa', title: 'U' };
    const { body: changed } = await ops.patch(`/api/ops/sales/${made.id}`, more);
    expect(changed).to.deep.include({ state: 'open', title: 'U', stock: made.stock });
    expect(changed.product.id).to.equal(productId);
    const restock = { ...NOT_YOURS, quantity: 1 };
    const { body: more1 } = await ops.post(`/api/ops/sales/${made.id}/restock`, restock);
    expect(more1.stock).to.deep.equal({ total: 8, available: 8, held: 0, sold: 0 });
  });

  it('enters a sale as who the token says, at the end of its line, by either door', async () => {
    const sale = await system.createSale({ stock: 10, perBuyerLimit: 2 });
    const wish = { ...NOT_YOURS, quantity: 1 };
    const mallory = system.buyer('mallory');
    const { body } = await mallory.post(`/api/sales/${sale}/attempts`, wish);
    expect(body).to.deep.include({ state: 'waiting', ticket: 1, orderId: null, saleId: sale });
    const trent = system.buyer('trent');
    const { socket } = await trent.connect();
    const answer = await emit(socket, 'attempt', { ...wish, saleId: sale });
    if (!answer.ok) throw new Error(JSON.stringify(answer));
    expect(answer.attempt).to.deep.include({ state: 'waiting', ticket: 2, orderId: null });
    socket.close();
    expect((await system.buyer('alice').get('/api/attempts')).body.items).to.deep.equal([]);
    expect((await mallory.untilDecided(body.id)).state).to.equal('held');
  });

  it('orders at the price of the shop, on the account of who ordered', async () => {
    const product = await createProduct(system, { price: 500, stock: 5 });
    const mallory = system.buyer('mallory-2');
    const path = `/api/cart/items/${product}`;
    const cart = await mallory.send('PUT', path, { ...NOT_YOURS, quantity: 2 });
    expect(cart.body).to.deep.include({ total: 1_000, currency: 'KRW' });
    const wish = { ...NOT_YOURS, paymentReference: 'paid' };
    const placed = await mallory.post('/api/orders', wish, { 'idempotency-key': 'k' });
    expect(placed.body).to.deep.include({ total: 1_000, currency: 'KRW' });
    expect(placed.body.id).to.not.equal(NOT_YOURS.id);
    expect(placed.body.lines).to.have.lengthOf(1);
    expect((await system.buyer('alice').get('/api/orders')).body.items).to.deep.equal([]);
  });

  it('confirms one attempt for its own buyer, with an order of its own', async () => {
    const sale = await system.createSale();
    const mallory = system.buyer('mallory-3');
    const { id } = await hold(mallory, sale);
    const wish = { ...NOT_YOURS, paymentReference: 'paid' };
    const { body } = await mallory.post(`/api/attempts/${id}/confirm`, wish);
    expect(body).to.deep.include({ id, state: 'confirmed', ticket: 1 });
    expect(body.orderId).to.not.equal(NOT_YOURS.orderId);
  });
});
