import { ROSTER_KEY } from '../core/keys.js';
import type { RedisClient } from '../core/redis.js';
import { Script } from './script.js';

const script = new Script('sign-roster');

/** Signs this worker on for `ms` milliseconds and answers how many workers are running. */
export async function signRoster(redis: RedisClient, workerId: string, ms: number) {
  const reply = await script.run(redis, [ROSTER_KEY], [workerId, ms]);
  if (reply[0] !== 'ok') throw script.unexpected(reply);
  return Number(reply[1]);
}
