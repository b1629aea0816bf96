import { type AttemptRecord, parseRecord } from '../core/domain/attempt.js';
import { BATCH_LIMIT } from '../core/domain/bounds.js';
import type { AttemptRef } from '../core/domain/ids.js';
import { laneKeys, saleKeys } from '../core/keys.js';
import type { RedisClient } from '../core/redis.js';
import { BEHIND, type Behind, type LaneView, Script } from './script.js';

export type LeaveResult =
  | Behind
  | { readonly kind: 'not-found' }
  | { readonly kind: 'already-confirmed' }
  /** Bound to an order that is being placed. */
  | { readonly kind: 'in-order' }
  | {
      /** `unchanged`: the attempt had ended before. */
      readonly kind: 'left' | 'unchanged';
      readonly feedNumber: number;
      readonly record: AttemptRecord;
    };

const script = new Script('leave');

/**
 * Takes an attempt out of the line, or releases its hold, if it belongs to this buyer.
 * @param most attempts that this call may change, 2–500
 */
export async function leave(
  redis: RedisClient,
  view: LaneView,
  attempt: AttemptRef,
  buyerId: string,
  most = BATCH_LIMIT,
): Promise<LeaveResult> {
  const of = laneKeys(view.lane);
  const sale = saleKeys(view.lane, attempt.saleId);
  const reply = await script.run(
    redis,
    [
      of.lane,
      of.feed,
      of.lines,
      of.due,
      sale.sale,
      sale.attempts,
      sale.holds,
      sale.left,
      sale.buyers,
      sale.standby,
      sale.standbyLine,
    ],
    [view.incarnation, view.seen, attempt.saleId, attempt.ticket, attempt.tag, buyerId, most],
  );
  const [word, feedNumber, text] = reply;
  if (word === 'behind') return BEHIND;
  if (word === 'not-found' || word === 'already-confirmed' || word === 'in-order') {
    return { kind: word };
  }
  if (word !== 'left' && word !== 'unchanged') throw script.unexpected(reply);
  const record = parseRecord(attempt.ticket, text as string);
  return { kind: word, feedNumber: Number(feedNumber), record };
}
