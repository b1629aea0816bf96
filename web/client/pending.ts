/**
 * A press that has no answer yet. It outlives a lost network and a reload, so that the same press
 * is sent again and takes effect once: joining under the same Idempotency-Key, confirming with the
 * same payment reference.
 */
import { readStored, removeStored, writeStored } from './storage.js';

export type Pending =
  | { kind: 'join'; key: string; quantity: number; buyer: string; pressedAt: number }
  | { kind: 'confirm'; key: string; attemptId: string; buyer: string; pressedAt: number };

/** An older press is not repeated by itself: nobody expects a purchase to start by then. */
const STALE_MS = 10 * 60_000;

export function storageKey(saleId: string): string {
  return `dropgate.pending.${saleId}`;
}

/** The buyer's unanswered press; another customer of the same device does not inherit it. */
export function pendingOf(saleId: string, buyer: string): Pending | null {
  const pending = readStored<Pending>(storageKey(saleId));
  if (pending === null) return null;
  const age = Date.now() - pending.pressedAt;
  const fresh = age >= 0 && age < STALE_MS && pending.buyer === buyer;
  if (fresh && (pending.kind === 'confirm' || Number.isInteger(pending.quantity))) return pending;
  removeStored(storageKey(saleId));
  return null;
}

/** The press to send: the unanswered one if it is for the same quantity, else a new one. */
export function pressJoin(saleId: string, buyer: string, quantity: number): Pending {
  const before = pendingOf(saleId, buyer);
  if (before?.kind === 'join' && before.quantity === quantity) return before;
  return kept(saleId, { kind: 'join', key: newKey(), quantity, buyer, pressedAt: Date.now() });
}

/** The payment reference is the key: the same one again has the effect of once. */
export function pressConfirm(
  saleId: string,
  buyer: string,
  attemptId: string,
  paymentReference: string,
): Pending {
  const key = paymentReference;
  return kept(saleId, { kind: 'confirm', key, attemptId, buyer, pressedAt: Date.now() });
}

/** Forgets the press once answered, but not a later one from another tab. */
export function answered(saleId: string, key: string): void {
  if (readStored<Pending>(storageKey(saleId))?.key === key) removeStored(storageKey(saleId));
}

function kept(saleId: string, pending: Pending): Pending {
  writeStored(storageKey(saleId), pending);
  return pending;
}

/** randomUUID exists only on https and localhost; a phone in the shop's LAN has neither. */
function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
