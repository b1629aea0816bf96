import type { Stored } from '../stored.js';
import type { Replay } from './replay.js';

/** Where what the feed comes to, Redis and the ledger part ways once the feed is drained. */
export function disagreements(stored: Stored, played: Replay, saleId: string): string[] {
  const folded = played.attempts.get(saleId) ?? new Map<number, string>();
  const ledger = new Map(stored.rows.map(({ ticket, text }) => [ticket, text]));
  const counts = String(played.counts.get(saleId));
  return [
    ...differences('Redis', stored.redisAttempts, folded),
    ...differences('the ledger', ledger, folded),
    ...unequal('counts in Redis', String(stored.redisCounts), counts),
    ...unequal('counts in the ledger', String(stored.ledgerCounts), counts),
    ...unequal('ledger number', stored.ledgerNumber, stored.redisNumber),
    ...unequal('fencing token in Redis', stored.redisToken, stored.ledgerToken),
  ];
}

function differences(
  where: string,
  kept: ReadonlyMap<number, string>,
  folded: ReadonlyMap<number, string>,
): string[] {
  const tickets = [...new Set([...kept.keys(), ...folded.keys()])];
  return tickets
    .filter((ticket) => kept.get(ticket) !== folded.get(ticket))
    .map((ticket) => `${ticket} in ${where}: ${kept.get(ticket)}, feed: ${folded.get(ticket)}`);
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
