import type { UsedKey } from '../core/feed.js';
import { laneKeys, saleKeys } from '../core/keys.js';
import type { RedisClient } from '../core/redis.js';
import type { NextLife } from './begin-rebuild.js';
import { Script } from './script.js';

const script = new Script('rebuild-keys');

/** What enter.lua and restock.lua remember of a key: field, value and the buyer whom it counts. */
function remembered({ ticket, quantity, status, buyerId, key }: UsedKey): (string | number)[] {
  const field = `${buyerId}:${key}`;
  // Buyer ids hold no colon: this is a restock's.
  if (buyerId.includes(':')) return [field, quantity, ''];
  return [field, `${ticket}|${quantity}|${status}`, buyerId];
}

/** Writes the next idempotency keys of a sale that is being rebuilt, 1–500 of them. */
export async function rebuildKeys(
  redis: RedisClient,
  { lane, incarnation }: NextLife,
  saleId: string,
  used: readonly UsedKey[],
): Promise<'ok' | 'lost'> {
  const of = laneKeys(lane);
  const sale = saleKeys(lane, saleId);
  const reply = await script.run(
    redis,
    [of.lane, of.rebuild, sale.requests, sale.buyers],
    [incarnation, ...used.flatMap(remembered)],
  );
  if (reply[0] !== 'ok' && reply[0] !== 'lost') throw script.unexpected(reply);
  return reply[0];
}
