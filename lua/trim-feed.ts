import { FEED_KEPT } from '../core/domain/bounds.js';
import { laneKeys } from '../core/keys.js';
import type { RedisClient } from '../core/redis.js';
import type { OwnedLane } from './decide.js';
import { BEHIND, type Behind, FENCED, type Fenced, Script } from './script.js';

const script = new Script('trim-feed');

/** Notes how far the ledger is and drops what it has from the feed, but for the last entries. */
export async function trimFeed(
  redis: RedisClient,
  owned: OwnedLane,
  ledgerNumber: number,
): Promise<Behind | Fenced | { readonly kind: 'ok' }> {
  const of = laneKeys(owned.lane);
  const args = [owned.incarnation, owned.seen, owned.fencingToken, ledgerNumber, FEED_KEPT];
  const reply = await script.run(redis, [of.lane, of.feed], args);
  if (reply[0] === 'behind') return BEHIND;
  if (reply[0] === 'fenced') return FENCED;
  if (reply[0] !== 'ok') throw script.unexpected(reply);
  return { kind: 'ok' };
}
