import { setTimeout as sleep } from 'node:timers/promises';
import type { Attempt } from '../../../core/contract.js';
import { Client, type Reply } from '../../support/client.js';
import { mint, OPS_TOKEN } from '../../support/system.js';
import type { Member } from './member.js';
import { RECOVERY_LIMIT_MS, type Stand } from './stand.js';

const RETRY_MS = 50;

/** An operator at one gateway. */
export function opsAt({ url }: Member): Client {
  return new Client(url as string, OPS_TOKEN, 'ops');
}

/** A buyer at one gateway. */
export function buyerAt({ url }: Member, name: string): Client {
  return new Client(url as string, mint({ sub: name }), name);
}

/** Sends something to one running gateway after the other until it gets an answer that stays. */
export async function untilAnswered(
  stand: Stand,
  ask: (gateway: Member) => Promise<Reply>,
): Promise<Reply> {
  const until = Date.now() + RECOVERY_LIMIT_MS;
  for (;;) {
    const gateway = stand.nextGateway();
    const reply = gateway && (await ask(gateway).catch(() => null));
    if (reply && reply.status < 500 && reply.status !== 429) return reply;
    if (Date.now() > until) throw new Error(`no answer: ${JSON.stringify(reply?.body)}`);
    await sleep(RETRY_MS);
  }
}

/** The same, and the answer has to be good. */
export async function answered(
  stand: Stand,
  ask: (gateway: Member) => Promise<Reply>,
): Promise<Reply> {
  const reply = await untilAnswered(stand, ask);
  if (reply.status < 300) return reply;
  throw new Error(`answered ${reply.status}: ${JSON.stringify(reply.body)}`);
}

/** Creates one more sale beside the crowd's. */
export async function sideSale(
  stand: Stand,
  fields: Readonly<Record<string, unknown>>,
): Promise<string> {
  const product = { name: 'beside', price: 500, stock: 0 };
  const { body } = await answered(stand, (gateway) =>
    opsAt(gateway).post('/api/ops/products', product),
  );
  const sale = { productId: body.id, title: 'beside', stock: 5, perBuyerLimit: 1, ...fields };
  const made = await answered(stand, (gateway) => opsAt(gateway).post('/api/ops/sales', sale));
  return made.body.id;
}

/** Asks until the attempt fits. */
export async function untilAttempt(
  stand: Stand,
  { id, buyer }: { readonly id: string; readonly buyer: string },
  fits: (attempt: Attempt) => boolean,
): Promise<Attempt> {
  const until = Date.now() + RECOVERY_LIMIT_MS;
  for (;;) {
    const path = `/api/attempts/${id}`;
    const { body } = await answered(stand, (gateway) => buyerAt(gateway, buyer).get(path));
    if (fits(body)) return body;
    if (Date.now() > until) throw new Error(`never so: ${JSON.stringify(body)}`);
    await sleep(RETRY_MS);
  }
}
