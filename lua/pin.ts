import { BATCH_LIMIT } from '../core/domain/bounds.js';
import type { AttemptRef } from '../core/domain/ids.js';
import { laneKeys, saleKeys } from '../core/keys.js';
import type { RedisClient } from '../core/redis.js';
import { BEHIND, type Behind, type LaneView, Script } from './script.js';

export type PinResult =
  | Behind
  | { readonly kind: 'not-found' }
  | { readonly kind: 'not-held' }
  | { readonly kind: 'hold-expired' }
  /** Bound to another order. */
  | { readonly kind: 'in-order' }
  | { readonly kind: 'ok' | 'unchanged'; readonly feedNumber: number };

const script = new Script('pin');

async function pin(
  action: 'bind' | 'unbind',
  redis: RedisClient,
  view: LaneView,
  attempt: AttemptRef,
  buyerId: string,
  orderId: string,
): Promise<PinResult> {
  const of = laneKeys(view.lane);
  const sale = saleKeys(view.lane, attempt.saleId);
  const { saleId, ticket, tag } = attempt;
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
      sale.buyers,
      sale.standby,
      sale.standbyLine,
    ],
    [view.incarnation, view.seen, saleId, ticket, tag, buyerId, orderId, action, BATCH_LIMIT],
  );
  const [word, feedNumber] = reply;
  switch (word) {
    case 'behind':
      return BEHIND;
    case 'not-found':
    case 'not-held':
    case 'hold-expired':
    case 'in-order':
      return { kind: word };
    case 'ok':
    case 'unchanged':
      return { kind: word, feedNumber: Number(feedNumber) };
    default:
      throw script.unexpected(reply);
  }
}

/** Binds a hold to an order that is being placed: from here on it does not expire. */
export function bindHold(
  redis: RedisClient,
  view: LaneView,
  attempt: AttemptRef,
  buyerId: string,
  orderId: string,
) {
  return pin('bind', redis, view, attempt, buyerId, orderId);
}

/** Lets a bound hold go: its own deadline counts again, and ends it if it has passed. */
export function unbindHold(
  redis: RedisClient,
  view: LaneView,
  attempt: AttemptRef,
  buyerId: string,
  orderId: string,
) {
  return pin('unbind', redis, view, attempt, buyerId, orderId);
}
