import { type AttemptRecord, parseRecord } from '../core/domain/attempt.js';
import { BATCH_LIMIT } from '../core/domain/bounds.js';
import type { AttemptRef } from '../core/domain/ids.js';
import type { AttemptOrder } from '../core/domain/order.js';
import { laneKeys, saleKeys } from '../core/keys.js';
import type { RedisClient } from '../core/redis.js';
import { BEHIND, type Behind, type LaneView, Script } from './script.js';

/** An order of a cart, as a hold knows it. */
export type CartOrder = Pick<AttemptOrder, 'id' | 'paymentReference'>;

export type ConfirmResult =
  | Behind
  | { readonly kind: 'not-found' }
  | { readonly kind: 'not-held' }
  | { readonly kind: 'hold-expired' }
  /** With another payment reference, or in another order. */
  | { readonly kind: 'already-confirmed' }
  /** Bound to a cart's order that is being placed. */
  | { readonly kind: 'in-order' }
  | {
      /** `unchanged`: confirmed before with the same reference. */
      readonly kind: 'confirmed' | 'unchanged';
      readonly feedNumber: number;
      readonly record: AttemptRecord;
    };

const script = new Script('confirm');

/**
 * Confirms a hold, if it is in time.
 * @param buyerId whose attempt it has to be; `null` for ops, who may confirm anybody's
 * @param order what is written down as the attempt's own order, or the cart's order that has
 *   bound the hold and is in MySQL already
 * @param most attempts that this call may change, 2–500
 */
export async function confirm(
  redis: RedisClient,
  view: LaneView,
  attempt: AttemptRef,
  buyerId: string | null,
  order: AttemptOrder | CartOrder,
  most = BATCH_LIMIT,
): Promise<ConfirmResult> {
  const of = laneKeys(view.lane);
  const sale = saleKeys(view.lane, attempt.saleId);
  const reply = await script.run(
    redis,
    [
      of.lane,
      of.feed,
      of.lines,
      sale.sale,
      sale.attempts,
      sale.holds,
      sale.buyers,
      sale.orders,
      sale.standby,
      sale.standbyLine,
    ],
    [
      view.incarnation,
      view.seen,
      attempt.saleId,
      attempt.ticket,
      attempt.tag,
      buyerId ?? '',
      order.id,
      order.paymentReference,
      'price' in order ? JSON.stringify(order) : '',
      most,
    ],
  );
  const [word, feedNumber, text] = reply;
  switch (word) {
    case 'behind':
      return BEHIND;
    case 'not-found':
    case 'not-held':
    case 'hold-expired':
    case 'already-confirmed':
    case 'in-order':
      return { kind: word };
    case 'confirmed':
    case 'unchanged': {
      const record = parseRecord(attempt.ticket, text as string);
      return { kind: word, feedNumber: Number(feedNumber), record };
    }
    default:
      throw script.unexpected(reply);
  }
}
