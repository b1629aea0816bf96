import { laneKeys, saleKeys } from '../core/keys.js';
import type { RedisClient } from '../core/redis.js';
import type { OwnedLane } from './decide.js';
import { BEHIND, type Behind, FENCED, type Fenced, Script } from './script.js';

export type ArchiveResult =
  | Behind
  | Fenced
  | { readonly kind: 'sale-not-found' }
  | { readonly kind: 'not-finished' }
  | { readonly kind: 'ok' | 'unchanged'; readonly feedNumber: number };

const script = new Script('archive');

/** Marks a sale as archived, if it is finished and nothing has happened in it for `quietMs`. */
export async function archiveSale(
  redis: RedisClient,
  owned: OwnedLane,
  saleId: string,
  quietMs: number,
): Promise<ArchiveResult> {
  const of = laneKeys(owned.lane);
  const reply = await script.run(
    redis,
    [of.lane, of.feed, of.lines, of.due, saleKeys(owned.lane, saleId).sale],
    [owned.incarnation, owned.seen, owned.fencingToken, saleId, quietMs],
  );
  const [word, feedNumber] = reply;
  if (word === 'behind') return BEHIND;
  if (word === 'fenced') return FENCED;
  if (word === 'sale-not-found' || word === 'not-finished') return { kind: word };
  if (word !== 'ok' && word !== 'unchanged') throw script.unexpected(reply);
  return { kind: word, feedNumber: Number(feedNumber) };
}

/** Removes an archived sale's keys, one by one; Redis frees them in the background. */
export async function purgeSale(redis: RedisClient, lane: number, saleId: string): Promise<void> {
  // The sale itself comes last: as long as it is there, the rest is known to be unfinished.
  const { sale, ...others } = saleKeys(lane, saleId);
  for (const key of [...Object.values(others), sale]) await redis.unlink(key);
}
