import { recordText } from '../core/domain/attempt.js';
import { laneKeys, saleKeys } from '../core/keys.js';
import type { RedisClient } from '../core/redis.js';
import type { LedgerAttempt } from '../core/stores/ledger-reader.js';
import type { NextLife } from './begin-rebuild.js';
import { Script } from './script.js';

const script = new Script('rebuild-attempts');

/**
 * Writes the next attempts of a sale that is being rebuilt. Repeated, it changes nothing.
 * @param after the ticket before the first of them
 * @param attempts 1–500 in ticket order
 */
export async function rebuildAttempts(
  redis: RedisClient,
  { lane, incarnation }: NextLife,
  saleId: string,
  after: number,
  attempts: readonly LedgerAttempt[],
): Promise<'ok' | 'lost'> {
  const of = laneKeys(lane);
  const sale = saleKeys(lane, saleId);
  const reply = await script.run(
    redis,
    [
      of.lane,
      of.rebuild,
      of.due,
      sale.sale,
      sale.attempts,
      sale.buyers,
      sale.holds,
      sale.left,
      sale.standby,
      sale.standbyLine,
      sale.orders,
    ],
    [
      incarnation,
      saleId,
      after,
      ...attempts.flatMap(({ record, order }) => [
        record.ticket,
        recordText(record),
        order ? JSON.stringify(order) : '',
      ]),
    ],
  );
  if (reply[0] !== 'ok' && reply[0] !== 'lost') throw script.unexpected(reply);
  return reply[0];
}
