import { laneKeys } from '../core/keys.js';
import type { RedisClient } from '../core/redis.js';
import { Script } from './script.js';

export type AcquireResult =
  | { readonly kind: 'acquired' }
  | { readonly kind: 'held'; readonly owner: string; readonly msLeft: number };

const script = new Script('acquire-lease');

/** Takes the lane's lease for `ms` milliseconds unless another worker holds it. */
export async function acquireLease(
  redis: RedisClient,
  lane: number,
  workerId: string,
  ms: number,
): Promise<AcquireResult> {
  const reply = await script.run(redis, [laneKeys(lane).lease], [workerId, ms]);
  if (reply[0] === 'acquired') return { kind: 'acquired' };
  if (reply[0] !== 'held') throw script.unexpected(reply);
  return { kind: 'held', owner: String(reply[1]), msLeft: Number(reply[2]) };
}
