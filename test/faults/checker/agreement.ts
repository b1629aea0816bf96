import type { Stored } from '../stored.js';
import { byBuyer } from './limits.js';
import type { Replay } from './replay.js';

/** Where what the feed comes to, Redis and the ledger part ways once the feed is drained. */
export function disagreements(stored: Stored, played: Replay, saleId: string): string[] {
  const ledger = new Map(stored.rows.map(({ ticket, text }) => [ticket, text]));
  // Entries that nobody could read leave the ledger as the only witness.
  const folded = played.unseen > 0 ? ledger : played.attempts.get(saleId);
  const counts = played.unseen > 0 ? stored.ledgerCounts : played.counts.get(saleId);
  return [
    ...differences('Redis', stored.redisAttempts, folded ?? new Map()),
    ...differences('the ledger', ledger, folded ?? new Map()),
    ...differences('buyers in Redis', stored.redisBuyers, buyersOf(stored)),
    ...differences('keys in Redis', stored.redisKeys, stored.ledgerKeys),
    ...unequal('counts in Redis', String(stored.redisCounts), String(counts)),
    ...unequal('counts in the ledger', String(stored.ledgerCounts), String(counts)),
    ...unequal('ledger number', stored.ledgerNumber, stored.redisNumber),
    ...unequal('fencing token in Redis', stored.redisToken, stored.ledgerToken),
  ];
}

/** What counts against each buyer by the ledger: units, expired holds, keys, tickets. */
function buyersOf({ rows, ledgerKeys }: Stored): Map<string, string> {
  const keys = new Map<string, number>();
  for (const scope of ledgerKeys.keys()) {
    const buyer = scope.slice(0, scope.indexOf(':'));
    keys.set(buyer, (keys.get(buyer) ?? 0) + 1);
  }
  const lines = [...byBuyer(rows)].map(([buyer, mine]): [string, string] => {
    const confirmed = mine
      .filter(({ state }) => state === 'confirmed')
      .reduce((sum, { quantity }) => sum + quantity, 0);
    const expired = mine.filter(({ state }) => state === 'expired').length;
    const tickets = mine.map(({ ticket }) => ticket).join(',');
    return [buyer, [confirmed, expired, keys.get(buyer) ?? 0, tickets].join('|')];
  });
  return new Map(lines);
}

function differences<Key>(
  where: string,
  kept: ReadonlyMap<Key, string>,
  should: ReadonlyMap<Key, string>,
): string[] {
  return [...new Set([...kept.keys(), ...should.keys()])]
    .filter((key) => kept.get(key) !== should.get(key))
    .map((key) => `${key} in ${where}: ${kept.get(key)}, should be ${should.get(key)}`);
}

function unequal(what: string, is: string | number, should: string | number): string[] {
  return is === should ? [] : [`${what}: ${is}, should be ${should}`];
}

/** Units that are promised beyond the stock. */
export function oversold({ rows }: Stored, stock: number): number {
  const units = rows
    .filter(({ state }) => state === 'held' || state === 'confirmed')
    .reduce((sum, { quantity }) => sum + quantity, 0);
  return Math.max(0, units - stock);
}

/** Tickets from 1 to the highest that no row has. */
export function ticketGaps({ rows }: Stored): string[] {
  const given = new Set(rows.map(({ ticket }) => ticket));
  const highest = rows.reduce((most, { ticket }) => Math.max(most, ticket), 0);
  return Array.from({ length: highest }, (_none, i) => i + 1)
    .filter((ticket) => !given.has(ticket))
    .map((ticket) => `ticket ${ticket}`);
}
