import { type FeedEntry, parseFeedEntry } from './feed.js';
import { laneKeys } from './keys.js';
import { unlessAborted } from './pause.js';
import type { RedisClient } from './redis.js';

/** How long one read waits for news; bounds how late a stop is noticed on a dead connection. */
const BLOCK_MS = 1_000;

/**
 * Reads what follows entry `after` in a lane's feed, at most `count` entries, and waits up to a
 * second when there is nothing yet.
 * @param client of the `tail` policy, shared with nobody: it blocks
 * @param signal ends the wait at once, with no entries
 */
export async function readFeed(
  client: RedisClient,
  lane: number,
  after: number,
  count: number,
  signal: AbortSignal,
): Promise<FeedEntry[]> {
  const { feed } = laneKeys(lane);
  const read = client.xread('COUNT', count, 'BLOCK', BLOCK_MS, 'STREAMS', feed, `${after}-0`);
  const reply = await unlessAborted(read, signal);
  const entries = reply?.[0]?.[1] ?? [];
  return entries.map(([id, fields]) => parseFeedEntry(id, fields ?? []));
}
