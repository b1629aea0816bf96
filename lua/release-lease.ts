import { laneKeys } from '../core/keys.js';
import type { RedisClient } from '../core/redis.js';
import { Script } from './script.js';

const script = new Script('release-lease');

/** Gives the lease up, if it is still this worker's. */
export async function releaseLease(
  redis: RedisClient,
  lane: number,
  workerId: string,
): Promise<'released' | 'lost'> {
  const reply = await script.run(redis, [laneKeys(lane).lease], [workerId]);
  if (reply[0] !== 'released' && reply[0] !== 'lost') throw script.unexpected(reply);
  return reply[0];
}
