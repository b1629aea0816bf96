import { laneKeys } from '../core/keys.js';
import type { RedisClient } from '../core/redis.js';
import type { OwnedLane } from './decide.js';
import { BEHIND, type Behind, FENCED, type Fenced, Script } from './script.js';

const script = new Script('stop-clock');

/** Lets nothing in the lane open, close or expire until an operator resumes one of its sales. */
export async function stopClock(
  redis: RedisClient,
  owned: OwnedLane,
): Promise<Behind | Fenced | { readonly kind: 'ok' | 'unchanged' }> {
  const reply = await script.run(
    redis,
    [laneKeys(owned.lane).lane],
    [owned.incarnation, owned.seen, owned.fencingToken],
  );
  const [word] = reply;
  if (word === 'behind') return BEHIND;
  if (word === 'fenced') return FENCED;
  if (word !== 'ok' && word !== 'unchanged') throw script.unexpected(reply);
  return { kind: word };
}
