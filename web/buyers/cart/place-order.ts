import type { Answer, Order } from '../../client/index.js';
import { readStored, removeStored, writeStored } from '../../client/storage.js';
import { dropgate } from '../dropgate.js';
import { untilAnswered } from '../until-answered.js';

/** A line that kept an order from being placed. */
export interface Blocking {
  readonly productId: string;
  readonly attemptId: string | null;
  readonly quantity: number;
  readonly available: number;
}

interface Pending {
  readonly key: string;
  readonly paymentReference: string;
}

const STORAGE_KEY = 'dropgate.order';

/** An order that nobody has seen is among the latest. */
const LATEST = 20;

/**
 * Orders what is in the cart. The key outlives a lost network and a reload until there is an
 * answer, so an order that was placed unseen is not placed twice.
 */
export async function placeOrder(): Promise<Answer<Order>> {
  // With its key goods that came into the cart since then would seem to be ordered.
  await findUnseenOrder();
  const pending = readStored<Pending>(STORAGE_KEY) ?? newOrder();
  writeStored(STORAGE_KEY, pending);
  const { key, paymentReference } = pending;
  const answer = await untilAnswered(() => dropgate.calls.placeOrder(paymentReference, key));
  // Else it is unknown whether it was placed: the next try asks for the same order.
  const final = answer.kind === 'ok' || (answer.kind === 'problem' && answer.problem.status < 500);
  if (final) removeStored(STORAGE_KEY);
  return answer;
}

/** The order that was placed while its answer was lost; it is found once. */
export async function findUnseenOrder(): Promise<Order | null> {
  const pending = readStored<Pending>(STORAGE_KEY);
  if (pending === null) return null;
  const answer = await untilAnswered(() => dropgate.calls.listOrders({ limit: LATEST }));
  if (answer.kind !== 'ok') return null;
  const isIt = ({ paymentReference, state }: Order) =>
    paymentReference === pending.paymentReference && state === 'placed';
  const found = answer.body.items.find(isIt) ?? null;
  if (found && readStored<Pending>(STORAGE_KEY)?.key === pending.key) removeStored(STORAGE_KEY);
  return found;
}

/** The lines that a refusal names. */
export function blockingOf(answer: Answer<Order>): readonly Blocking[] {
  const lines = answer.kind === 'problem' ? answer.problem.lines : null;
  return Array.isArray(lines) ? (lines as Blocking[]) : [];
}

/** The reference stands for a payment in the demo shop. */
function newOrder(): Pending {
  return { key: `order-${randomText()}`, paymentReference: `demo-${randomText()}` };
}

function randomText(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
