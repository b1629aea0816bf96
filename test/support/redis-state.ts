import type { RedisClient } from '../../core/redis.js';
import { eventually } from './eventually.js';

/** Keys that move while nothing is sold: leases, BullMQ's own, and answers kept for a resend. */
const RESTLESS = /:(lease|bull:.*|batch-answer:.*)$/;

/**
 * Everything that Redis keeps of the lanes, byte by byte, to be compared with a later reading. The
 * ledger's number is left out: it follows by itself.
 */
export async function redisState(redis: RedisClient): Promise<Record<string, unknown>> {
  const state: Record<string, unknown> = {};
  const keys = (await redis.keys('dropgate:2:{lane-*')).filter((key) => !RESTLESS.test(key));
  for (const key of keys.sort()) {
    if (key.endsWith(':lane')) state[key] = { ...(await redis.hgetall(key)), ledger: 'left out' };
    else state[key] = (await redis.dumpBuffer(key))?.toString('base64');
  }
  return state;
}

/** The state once every line is decided: from here on nothing changes by itself. */
export async function quietState(redis: RedisClient): Promise<Record<string, unknown>> {
  const lines = () => redis.keys('dropgate:2:{lane-*:lines');
  await eventually(lines, (keys) => keys.length === 0);
  return redisState(redis);
}

/** Keys that are not as they were: what a test says changed nothing has none. */
export function changedKeys(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): string[] {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].filter((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]));
}
