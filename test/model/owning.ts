import type { AttemptRecord } from '../../core/domain/attempt.js';
import type { DecideResult, OwnedLane } from '../../lua/decide.js';
import type { ExpireResult } from '../../lua/expire.js';
import type { RaiseFenceResult } from '../../lua/raise-fence.js';
import { firstDeadlines, pageOf } from '../support/stored-pages.js';
import { barred, behind } from './guards.js';
import {
  become,
  type Changes,
  dismiss,
  hold,
  offer,
  rejectStandby,
  wantsVisit,
} from './standby.js';
import {
  availableIn,
  Draft,
  inState,
  isClosed,
  isScheduled,
  type Lane,
  type Outcome,
  type Sale,
  unitsIn,
} from './state.js';

/** What the owner of the lane does. */

export function decide(
  lane: Lane,
  owned: OwnedLane,
  saleId: string,
  most: number,
): Outcome<DecideResult> {
  const bar = barred(lane, owned);
  if (bar) return bar;
  const draft = new Draft(lane);
  const sale = draft.lane.sales.get(saleId);
  if (!sale) return { lane, answer: { kind: 'sale-not-found' }, entries: [] };
  const changes: Changes = [];
  const served = sale.serving;
  if (isClosed(sale, lane.now)) rejectStandby(sale, changes, most);
  else {
    offer(sale, lane.now, changes, most);
    dismiss(sale, changes, most);
  }
  decideLine(sale, lane.now, changes, most - changes.length);
  if (changes.length > 0 || sale.serving > served) {
    draft.append('decided', sale, { attempts: changes });
  }
  const more = wantsVisit(sale, draft.lane);
  const answer = {
    kind: 'ok',
    feedNumber: draft.lane.feed,
    changed: changes.length,
    more,
  } as const;
  return { lane: draft.lane, answer, entries: draft.entries };
}

/** Goes through so many tickets at the head of the line, those that left included. */
function decideLine(sale: Sale, now: number, changes: Changes, tickets: number): void {
  for (const attempt of sale.attempts.slice(sale.serving - 1, sale.serving - 1 + tickets)) {
    if (attempt.state === 'waiting') decideOne(sale, attempt, now, changes);
    sale.serving = attempt.ticket + 1;
  }
}

function decideOne(sale: Sale, attempt: AttemptRecord, now: number, changes: Changes): void {
  const unsold = sale.total - unitsIn(sale, 'confirmed');
  const place = inState(sale, 'standby').length < sale.config.standbyLimit;
  if (isClosed(sale, now)) {
    become(sale, attempt, { state: 'rejected', reason: 'sale-closed' }, changes);
  } else if (attempt.quantity <= availableIn(sale)) {
    hold(sale, attempt, now, changes);
  } else if (place && attempt.quantity <= unsold) {
    become(sale, attempt, { state: 'standby' }, changes);
  } else {
    become(sale, attempt, { state: 'sold-out' }, changes);
  }
}

export function expire(
  lane: Lane,
  owned: OwnedLane,
  saleId: string,
  most: number,
): Outcome<ExpireResult> {
  const bar = barred(lane, owned);
  if (bar) return bar;
  const draft = new Draft(lane);
  const sale = draft.lane.sales.get(saleId);
  if (!sale) return { lane, answer: { kind: 'sale-not-found' }, entries: [] };
  announce(draft, sale);
  const changes: Changes = [];
  for (const attempt of overdue(sale, lane.now).slice(0, most / 2)) {
    become(sale, attempt, { state: 'expired' }, changes);
  }
  const expired = changes.length;
  if (!sale.closed) offer(sale, lane.now, changes, most);
  if (changes.length > 0) draft.append('expired', sale, { attempts: changes });
  const feedNumber = draft.lane.feed;
  const answer = { kind: 'ok', feedNumber, expired, more: expired === most / 2 } as const;
  return { lane: draft.lane, answer, entries: draft.entries };
}

function announce(draft: Draft, sale: Sale): void {
  if (!sale.opened && !isScheduled(sale, draft.lane.now)) {
    sale.opened = true;
    draft.append('opened', sale);
  }
  if (!sale.closed && isClosed(sale, draft.lane.now)) {
    sale.closed = true;
    draft.append('closed', sale);
  }
}

/** Holds that end by themselves: no order has bound them. */
export function unbound(sale: Sale): AttemptRecord[] {
  return inState(sale, 'held').filter(({ orderId }) => orderId === null);
}

/**
 * Holds whose deadline has come, page by page, in ticket order: the page in which one came first
 * before the others; of equal ones, as Redis sorts their numbers.
 */
function overdue(sale: Sale, now: number): AttemptRecord[] {
  const holds = unbound(sale);
  const first = firstDeadlines(holds);
  const page = ({ ticket }: AttemptRecord) => String(pageOf(ticket));
  const deadline = (one: AttemptRecord) => first[page(one)] as number;
  const order = (a: AttemptRecord, b: AttemptRecord) =>
    deadline(a) - deadline(b) || (page(a) < page(b) ? -1 : 1);
  return holds
    .filter(({ holdExpiresAt }) => (holdExpiresAt as number) <= now)
    .sort((a, b) => (page(a) === page(b) ? a.ticket - b.ticket : order(a, b)));
}

/** A takeover: from here on every call of an earlier owner is refused. */
export function raise(lane: Lane, owned: OwnedLane): Outcome<RaiseFenceResult> {
  const shut = behind(lane, owned);
  if (shut) return shut;
  if (owned.fencingToken <= lane.token) {
    return { lane, answer: { kind: 'fenced', fencingToken: lane.token }, entries: [] };
  }
  const raised = { ...lane, token: owned.fencingToken };
  return { lane: raised, answer: { kind: 'ok', feedNumber: lane.feed }, entries: [] };
}

/** A new life of what is there: its callers begin anew, its attempts' ids differ from all before. */
export function nextLife(lane: Lane, incarnation: string, token: number): Lane {
  return { ...lane, incarnation, token, lost: false, batches: new Map() };
}
