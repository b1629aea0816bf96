import type { AttemptRecord } from '../../core/domain/attempt.js';
import { availableIn, inState, isClosed, type Lane, type Sale, unitsIn } from './state.js';

/** The attempts that one operation changes, in the order in which it changes them. */
export type Changes = AttemptRecord[];

/** Gives an attempt its next state; the version rises with it. */
export function become(
  sale: Sale,
  before: AttemptRecord,
  next: Partial<AttemptRecord>,
  changes: Changes,
): void {
  const after = { ...before, reason: null, version: before.version + 1, ...next };
  sale.attempts[before.ticket - 1] = after;
  changes.push(after);
}

export function hold(sale: Sale, attempt: AttemptRecord, now: number, changes: Changes): void {
  const holdExpiresAt = now + sale.config.holdSeconds * 1_000;
  become(sale, attempt, { state: 'held', holdExpiresAt }, changes);
}

/** The lowest standby ticket whose quantity fits into what is available. */
export function nextServed(sale: Sale): AttemptRecord | undefined {
  const available = availableIn(sale);
  return inState(sale, 'standby').find(({ quantity }) => quantity <= available);
}

/** Standby that can never be served: it wants more than all that is not sold. */
export function hopeless(sale: Sale): AttemptRecord[] {
  const unsold = sale.total - unitsIn(sale, 'confirmed');
  // Which of them ends first matters to nobody; smaller ones do.
  return inState(sale, 'standby')
    .filter(({ quantity }) => quantity > unsold)
    .sort((a, b) => a.quantity - b.quantity || a.ticket - b.ticket);
}

/** Offers what is available to standby, until nothing fits or `most` attempts are changed. */
export function offer(sale: Sale, now: number, changes: Changes, most: number): void {
  while (changes.length < most) {
    const next = nextServed(sale);
    if (!next) return;
    hold(sale, next, now, changes);
  }
}

export function dismiss(sale: Sale, changes: Changes, most: number): void {
  for (const attempt of hopeless(sale)) {
    if (changes.length >= most) return;
    become(sale, attempt, { state: 'sold-out' }, changes);
  }
}

export function rejectStandby(sale: Sale, changes: Changes, most: number): void {
  for (const attempt of inState(sale, 'standby')) {
    if (changes.length >= most) return;
    become(sale, attempt, { state: 'rejected', reason: 'sale-closed' }, changes);
  }
}

/** Whether the owner of the lane still has something to do in the sale. */
export function wantsVisit(sale: Sale, { now }: Lane): boolean {
  if (sale.serving <= sale.attempts.length) return true;
  if (isClosed(sale, now)) return inState(sale, 'standby').length > 0;
  return nextServed(sale) !== undefined || hopeless(sale).length > 0;
}
