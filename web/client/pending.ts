/**
 * A press of Buy that has no answer yet. It outlives a lost network and a reload, so that the
 * same press is sent again under the same Idempotency-Key and takes effect once.
 */
import { readStored, removeStored, writeStored } from './storage.js';

export interface PendingBuy {
  key: string;
  quantity: number;
  /** Device time of the press, in milliseconds. */
  pressedAt: number;
}

/** An older press is not repeated by itself: nobody expects a purchase to start by then. */
const STALE_MS = 10 * 60_000;

export function storageKey(saleId: string): string {
  return `dropgate.pending.${saleId}`;
}

export function pendingBuy(saleId: string): PendingBuy | null {
  const pending = readStored<PendingBuy>(storageKey(saleId));
  if (pending === null) return null;
  const age = Date.now() - pending.pressedAt;
  if (age >= 0 && age < STALE_MS && Number.isInteger(pending.quantity)) return pending;
  removeStored(storageKey(saleId));
  return null;
}

/** The press to send: the unanswered one if it is for the same quantity, else a new one. */
export function press(saleId: string, quantity: number): PendingBuy {
  const before = pendingBuy(saleId);
  if (before?.quantity === quantity) return before;
  const pending = { key: newKey(), quantity, pressedAt: Date.now() };
  writeStored(storageKey(saleId), pending);
  return pending;
}

/** Forgets the press once answered, but not a later one from another tab. */
export function answered(saleId: string, key: string): void {
  if (readStored<PendingBuy>(storageKey(saleId))?.key === key) removeStored(storageKey(saleId));
}

/** randomUUID exists only on https and localhost; a phone in the shop's LAN has neither. */
function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
