import { readStored, writeStored } from '../../client/storage.js';

/**
 * Stands for a payment in the demo shop. Kept for each attempt, so that every tab and every retry
 * confirms with the same one: another would be refused.
 */
export function paymentReference(attemptId: string): string {
  const key = `dropgate.payment.${attemptId}`;
  const kept = readStored<string>(key);
  if (kept !== null) return kept;
  const bytes = crypto.getRandomValues(new Uint8Array(8));
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  const made = `demo-${hex}`;
  writeStored(key, made);
  return made;
}
