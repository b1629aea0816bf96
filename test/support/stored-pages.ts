import type { AttemptRecord } from '../../core/domain/attempt.js';
import type { RedisClient } from '../../core/redis.js';

/** Attempts on one page, as lua/fragments/page.lua has it. */
const PAGE = 16;

/** The page on which Redis keeps a ticket's attempt. */
export function pageOf(ticket: number): number {
  return Math.floor((ticket - 1) / PAGE);
}

/**
 * The attempts that a sale has in Redis, ticket → record as text, in ticket order.
 * @param key the sale's attempts
 * @throws Error when an attempt is not where a reader would look for it
 */
export async function storedRecords(redis: RedisClient, key: string): Promise<Map<number, string>> {
  const pages = Object.entries(await redis.hgetall(key)).map(([at, text]) => [Number(at), text]);
  const records = (pages as [number, string][])
    .sort(([a], [b]) => a - b)
    .flatMap(([page, text]) =>
      text.split('\n').map((line, i): [number, string] => {
        const ticket = Number(line.slice(0, line.indexOf('|')));
        if (ticket !== page * PAGE + i + 1) throw new Error(`page ${page} has ${line} at ${i}`);
        return [ticket, line.slice(line.indexOf('|') + 1)];
      }),
    );
  return new Map(records);
}

/** The same of the pages' first deadlines: what the holds of a sale, by ticket, come to. */
export function firstDeadlines(holds: readonly AttemptRecord[]): Record<string, number> {
  const first: Record<string, number> = {};
  for (const { ticket, holdExpiresAt } of holds) {
    const page = pageOf(ticket);
    first[page] = Math.min(holdExpiresAt as number, first[page] ?? Number.POSITIVE_INFINITY);
  }
  return first;
}
