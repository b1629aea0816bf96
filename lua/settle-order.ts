import { type AttemptRef, parseAttemptId } from '../core/domain/ids.js';
import type { OrderRecord } from '../core/domain/order.js';
import type { RedisClient } from '../core/redis.js';
import { confirm } from './confirm.js';
import { unbindHold } from './pin.js';
import type { LaneView } from './script.js';

/** The holds that an order is about. */
export function holdsOf(order: Pick<OrderRecord, 'lines'>): AttemptRef[] {
  return order.lines.flatMap(({ attemptId }) => {
    const ref = attemptId === null ? null : parseAttemptId(attemptId);
    return ref ? [ref] : [];
  });
}

/**
 * Brings Redis to what MySQL has decided about an order: its holds are confirmed when it is
 * placed, let go when it is cancelled. Repeated, it changes nothing.
 * @param viewOf a lane as the caller knows it; `null` while it is not open
 * @returns whether Redis has all of it now; if not, it is to be tried again
 */
export async function settleOrder(
  redis: RedisClient,
  viewOf: (lane: number) => LaneView | null,
  order: OrderRecord,
): Promise<boolean> {
  if (order.state === 'pending') return false;
  let done = true;
  for (const hold of holdsOf(order)) {
    const view = viewOf(hold.lane);
    if (!view) {
      done = false;
      continue;
    }
    const result =
      order.state === 'placed'
        ? await confirm(redis, view, hold, order.buyerId, order)
        : await unbindHold(redis, view, hold, order.buyerId, order.id);
    if (result.kind === 'behind') done = false;
  }
  return done;
}
