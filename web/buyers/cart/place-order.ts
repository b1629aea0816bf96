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

/**
 * Orders what is in the cart. The key outlives a lost network and a reload until there is an
 * answer, so an order that was placed unseen is found and not placed twice.
 */
export async function placeOrder(): Promise<Answer<Order>> {
  const pending = readStored<Pending>(STORAGE_KEY) ?? newOrder();
  writeStored(STORAGE_KEY, pending);
  const { key, paymentReference } = pending;
  const answer = await untilAnswered(() => dropgate.calls.placeOrder(paymentReference, key));
  // Else it is unknown whether it was placed: the next try asks for the same order.
  const final = answer.kind === 'ok' || (answer.kind === 'problem' && answer.problem.status < 500);
  if (final) removeStored(STORAGE_KEY);
  return answer;
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
