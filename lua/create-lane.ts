import { laneKeys } from '../core/keys.js';
import type { RedisClient } from '../core/redis.js';
import { Script } from './script.js';

export type CreateLaneResult =
  | { readonly kind: 'ok' }
  | { readonly kind: 'exists'; readonly incarnation: string };

const script = new Script('create-lane');

/** Begins a lane's life in Redis. Only for a lane that, by MySQL, never held a sale. */
export async function createLane(
  redis: RedisClient,
  lane: number,
  incarnation: string,
): Promise<CreateLaneResult> {
  const of = laneKeys(lane);
  const reply = await script.run(redis, [of.lane, of.feed], [incarnation]);
  if (reply[0] === 'ok') return { kind: 'ok' };
  if (reply[0] === 'exists') return { kind: 'exists', incarnation: String(reply[1]) };
  throw script.unexpected(reply);
}
