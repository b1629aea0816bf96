import { laneKeys } from '../core/keys.js';
import type { RedisClient } from '../core/redis.js';
import type { OwnedLane } from './decide.js';
import { BEHIND, type Behind, Script } from './script.js';

export type RaiseFenceResult =
  | Behind
  | { readonly kind: 'lost' }
  | { readonly kind: 'fenced'; readonly fencingToken: number }
  | { readonly kind: 'ok'; readonly feedNumber: number };

const script = new Script('raise-fence');

/**
 * Raises the fencing token in Redis to the one that MySQL just gave to this worker.
 * @param owned `seen` is the ledger's number: Redis must know at least that much
 * @param runId of the Redis that is held against MySQL by this
 */
export async function raiseFence(
  redis: RedisClient,
  owned: OwnedLane,
  workerId: string,
  runId: string,
): Promise<RaiseFenceResult> {
  const of = laneKeys(owned.lane);
  const reply = await script.run(
    redis,
    [of.lane, of.lease],
    [owned.incarnation, owned.seen, workerId, owned.fencingToken, runId],
  );
  const [word, value] = reply;
  if (word === 'behind') return BEHIND;
  if (word === 'lost') return { kind: word };
  if (word === 'fenced') return { kind: word, fencingToken: Number(value) };
  if (word !== 'ok') throw script.unexpected(reply);
  return { kind: word, feedNumber: Number(value) };
}
