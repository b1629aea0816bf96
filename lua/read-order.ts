import { type AttemptRecord, parseRecord } from '../core/domain/attempt.js';
import type { AttemptRef } from '../core/domain/ids.js';
import type { AttemptOrder } from '../core/domain/order.js';
import { laneKeys, saleKeys } from '../core/keys.js';
import type { RedisClient } from '../core/redis.js';
import { BEHIND, type Behind, type LaneView, Script } from './script.js';

export type ReadOrderResult =
  | Behind
  | { readonly kind: 'not-found' }
  | { readonly kind: 'ok'; readonly record: AttemptRecord; readonly order: AttemptOrder };

const script = new Script('read-order');

/** Reads the order that a confirmed attempt made by itself. */
export async function readOrder(
  redis: RedisClient,
  view: LaneView,
  attempt: AttemptRef,
): Promise<ReadOrderResult> {
  const sale = saleKeys(view.lane, attempt.saleId);
  const keys = [laneKeys(view.lane).lane, sale.attempts, sale.orders];
  const args = [view.incarnation, view.seen, attempt.ticket, attempt.tag];
  const reply = await script.run(redis, keys, args);
  if (reply[0] === 'behind') return BEHIND;
  if (reply[0] === 'not-found') return { kind: reply[0] };
  if (reply[0] !== 'ok') throw script.unexpected(reply);
  const record = parseRecord(attempt.ticket, String(reply[1]));
  return { kind: 'ok', record, order: JSON.parse(String(reply[2])) };
}
