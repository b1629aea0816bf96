import type { StoredAttempt } from '../stored.js';

/** What one buyer may do in one sale, by the contract. */
const ATTEMPTS = 5;
const EXPIRED_HOLDS = 2;

/** Buyers who got more than they may. Without a limit of the sale only the fixed ones count. */
export function overLimit(
  rows: readonly StoredAttempt[],
  perBuyerLimit = Number.POSITIVE_INFINITY,
): string[] {
  return [...byBuyer(rows)].flatMap(([buyer, mine]) => {
    const units = mine
      .filter(({ state }) => state === 'confirmed' || state === 'held')
      .reduce((sum, { quantity }) => sum + quantity, 0);
    const expired = mine.filter(({ state }) => state === 'expired').length;
    const wrong = [];
    if (units > perBuyerLimit) wrong.push(`${buyer} has ${units} units`);
    if (mine.length > ATTEMPTS) wrong.push(`${buyer} made ${mine.length} attempts`);
    if (expired > EXPIRED_HOLDS) wrong.push(`${buyer} let ${expired} holds expire`);
    return wrong;
  });
}

/** Buyer → the buyer's attempts, in the order of the rows. */
export function byBuyer(rows: readonly StoredAttempt[]): Map<string, StoredAttempt[]> {
  const all = new Map<string, StoredAttempt[]>();
  for (const row of rows) all.set(row.buyer, [...(all.get(row.buyer) ?? []), row]);
  return all;
}
