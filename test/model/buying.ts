import { type AttemptRecord, isLive } from '../../core/domain/attempt.js';
import type { AttemptRef } from '../../core/domain/ids.js';
import type { AttemptOrder } from '../../core/domain/order.js';
import type { CartOrder, ConfirmResult } from '../../lua/confirm.js';
import type { LeaveResult } from '../../lua/leave.js';
import type { PinResult } from '../../lua/pin.js';
import type { LaneView } from '../../lua/script.js';
import { behind } from './guards.js';
import { become, type Changes, dismiss, offer } from './standby.js';
import { Draft, isClosed, type Lane, type Outcome, type Sale } from './state.js';

/** What a buyer, or the shop for a buyer, does with an attempt. */

const ALL = 500;

type Found = { readonly sale: Sale; readonly attempt: AttemptRecord };

/** Does something with an attempt, on a copy of the lane, if it is there and the buyer's own. */
function withAttempt<Answer>(
  lane: Lane,
  view: LaneView,
  ref: AttemptRef,
  buyer: string | null,
  act: (found: Found, draft: Draft) => Answer,
): Outcome<Answer | { kind: 'behind' } | { kind: 'not-found' }> {
  const shut = behind(lane, view);
  if (shut) return shut;
  const draft = new Draft(lane);
  const sale = draft.lane.sales.get(ref.saleId);
  const attempt = sale?.attempts[ref.ticket - 1];
  if (
    !sale ||
    !attempt ||
    attempt.tag !== ref.tag ||
    (buyer ?? attempt.buyerId) !== attempt.buyerId
  )
    return { lane, answer: { kind: 'not-found' }, entries: [] };
  const answer = act({ sale, attempt }, draft);
  return { lane: draft.lane, answer, entries: draft.entries };
}

function isLate({ holdExpiresAt }: AttemptRecord, { lane }: Draft): boolean {
  return holdExpiresAt !== null && lane.now >= holdExpiresAt;
}

export function confirm(
  lane: Lane,
  view: LaneView,
  ref: AttemptRef,
  buyer: string | null,
  order: AttemptOrder | CartOrder,
  most: number,
): Outcome<ConfirmResult> {
  return withAttempt(lane, view, ref, buyer, (found, draft): ConfirmResult => {
    const refused = confirmRefused(found, draft, order);
    if (refused) return refused;
    const { sale, attempt } = found;
    const changes: Changes = [];
    become(sale, attempt, { state: 'confirmed', orderId: order.id }, changes);
    dismiss(sale, changes, most);
    const own = 'price' in order ? order : null;
    if (own) sale.references.set(attempt.ticket, own.paymentReference);
    draft.append('confirmed', sale, { attempts: changes, order: own });
    const record = changes[0] as AttemptRecord;
    return { kind: 'confirmed', feedNumber: draft.lane.feed, record };
  });
}

function confirmRefused(
  { sale, attempt }: Found,
  draft: Draft,
  order: AttemptOrder | CartOrder,
): ConfirmResult | null {
  const { state, orderId, ticket } = attempt;
  if (state === 'confirmed') {
    const reference = sale.references.get(ticket) ?? order.paymentReference;
    const same = orderId === order.id && reference === order.paymentReference;
    if (!same) return { kind: 'already-confirmed' };
    return { kind: 'unchanged', feedNumber: draft.lane.feed, record: attempt };
  }
  if (state === 'expired' || state === 'released') return { kind: 'hold-expired' };
  if (state !== 'held') return { kind: 'not-held' };
  if (orderId !== null) return orderId === order.id ? null : { kind: 'in-order' };
  return isLate(attempt, draft) ? { kind: 'hold-expired' } : null;
}

export function leave(
  lane: Lane,
  view: LaneView,
  ref: AttemptRef,
  buyer: string,
  most: number,
): Outcome<LeaveResult> {
  return withAttempt(lane, view, ref, buyer, ({ sale, attempt }, draft): LeaveResult => {
    const held = attempt.state === 'held';
    if (attempt.state === 'confirmed') return { kind: 'already-confirmed' };
    if (held && attempt.orderId !== null) return { kind: 'in-order' };
    if (!isLive(attempt.state)) {
      return { kind: 'unchanged', feedNumber: draft.lane.feed, record: attempt };
    }
    const late = held && isLate(attempt, draft);
    const changes: Changes = [];
    become(sale, attempt, { state: late ? 'expired' : 'released' }, changes);
    if (held && !isClosed(sale, lane.now)) offer(sale, lane.now, changes, most);
    draft.append(late ? 'expired' : 'left', sale, { attempts: changes });
    return { kind: 'left', feedNumber: draft.lane.feed, record: changes[0] as AttemptRecord };
  });
}

export function bind(
  lane: Lane,
  view: LaneView,
  ref: AttemptRef,
  buyer: string,
  orderId: string,
): Outcome<PinResult> {
  return withAttempt(lane, view, ref, buyer, ({ sale, attempt }, draft): PinResult => {
    const { state } = attempt;
    if (state === 'expired' || state === 'released') return { kind: 'hold-expired' };
    if (attempt.orderId === orderId) return { kind: 'unchanged', feedNumber: draft.lane.feed };
    if (state !== 'held') return { kind: 'not-held' };
    if (attempt.orderId !== null) return { kind: 'in-order' };
    if (isLate(attempt, draft)) return { kind: 'hold-expired' };
    const changes: Changes = [];
    // Its state is the same, so its version is.
    become(sale, attempt, { orderId, version: attempt.version }, changes);
    draft.append('bound', sale, { attempts: changes });
    return { kind: 'ok', feedNumber: draft.lane.feed };
  });
}

export function unbind(
  lane: Lane,
  view: LaneView,
  ref: AttemptRef,
  buyer: string,
  orderId: string,
): Outcome<PinResult> {
  return withAttempt(lane, view, ref, buyer, ({ sale, attempt }, draft): PinResult => {
    if (attempt.orderId !== orderId || attempt.state !== 'held') {
      return { kind: 'unchanged', feedNumber: draft.lane.feed };
    }
    const changes: Changes = [];
    if (isLate(attempt, draft)) {
      become(sale, attempt, { orderId: null, state: 'expired' }, changes);
      if (!isClosed(sale, lane.now)) offer(sale, lane.now, changes, ALL);
    } else {
      become(sale, attempt, { orderId: null, version: attempt.version }, changes);
    }
    draft.append('unbound', sale, { attempts: changes });
    return { kind: 'ok', feedNumber: draft.lane.feed };
  });
}
