import { laneKeys, saleKeys } from '../core/keys.js';
import type { RedisClient } from '../core/redis.js';
import type { NextLife } from './begin-rebuild.js';
import { Script } from './script.js';

const script = new Script('rebuild-sale');

/** The fields of a sale's hash, as lua/fragments/sale.lua and configure.lua name them. */
export type SaleFields = Readonly<Record<string, string | number>>;

/**
 * Clears a sale of the lane that is being rebuilt and writes it anew.
 * @param fields `null` for an archived sale: it is only cleared
 */
export async function rebuildSale(
  redis: RedisClient,
  { lane, incarnation }: NextLife,
  saleId: string,
  fields: SaleFields | null,
): Promise<'ok' | 'lost'> {
  const of = laneKeys(lane);
  const { sale, holds, ...others } = saleKeys(lane, saleId);
  const keys = [of.lane, of.rebuild, of.lines, of.due, sale, holds, ...Object.values(others)];
  const reply = await script.run(redis, keys, [
    incarnation,
    saleId,
    ...Object.entries(fields ?? {}).flat(),
  ]);
  if (reply[0] !== 'ok' && reply[0] !== 'lost') throw script.unexpected(reply);
  return reply[0];
}
