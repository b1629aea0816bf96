import { laneKeys } from '../core/keys.js';
import type { RedisClient } from '../core/redis.js';
import { Script } from './script.js';

const script = new Script('renew-lease');

/** Prolongs the lease by `ms` from now; `lost` once another worker raised the fencing token. */
export async function renewLease(
  redis: RedisClient,
  lane: number,
  workerId: string,
  ms: number,
  fencingToken: number,
): Promise<'renewed' | 'lost'> {
  const of = laneKeys(lane);
  const reply = await script.run(redis, [of.lane, of.lease], [workerId, ms, fencingToken]);
  if (reply[0] !== 'renewed' && reply[0] !== 'lost') throw script.unexpected(reply);
  return reply[0];
}
