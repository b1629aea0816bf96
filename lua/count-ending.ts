import { laneOfSale } from '../core/domain/ids.js';
import { saleKeys } from '../core/keys.js';
import type { RedisClient } from '../core/redis.js';
import { Script } from './script.js';

/** Pages of 16 attempts that are looked at: some 2 ms of Redis. */
const PAGES = 500;

const script = new Script('count-ending');

/**
 * How many holds of a sale end by themselves up to `time`, in milliseconds of Redis time. Counted
 * are those of 500 pages at the most: all, or at least 500.
 */
export async function countEnding(
  redis: RedisClient,
  saleId: string,
  time: number,
): Promise<number> {
  const { attempts, holds } = saleKeys(laneOfSale(saleId) as number, saleId);
  const reply = await script.run(redis, [attempts, holds], [time, PAGES]);
  if (reply[0] !== 'ok') throw script.unexpected(reply);
  return Number(reply[1]);
}
