import { type AttemptRecord, isLive } from '../../core/domain/attempt.js';
import {
  ATTEMPTS_PER_BUYER,
  EXPIRED_HOLDS_PER_BUYER,
  KEYS_PER_BUYER,
} from '../../core/domain/bounds.js';
import { tagOf } from '../../core/domain/ids.js';
import type { UsedKey } from '../../core/feed.js';
import type { EnterBatch, EnterResult, Entry, EntryResult } from '../../lua/enter.js';
import { behind } from './guards.js';
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

/** What a batch adds to one sale. */
interface Added {
  readonly attempts: AttemptRecord[];
  readonly usedKeys: UsedKey[];
}

/** A batch enters whole or not at all; the same number again gets the same answer. */
export function enter(lane: Lane, batch: EnterBatch): Outcome<EnterResult> {
  const shut = behind(lane, batch);
  if (shut) return shut;
  const last = lane.batches.get(batch.gatewayId);
  if (last?.sequence === batch.sequence) return { lane, answer: last.answer, entries: [] };
  if (last && last.sequence > batch.sequence) {
    return { lane, answer: { kind: 'stale' }, entries: [] };
  }
  const draft = new Draft(lane);
  const added = new Map<string, Added>();
  const entries = batch.entries.map((entry) => enterOne(draft.lane, entry, added));
  for (const [saleId, { attempts, usedKeys }] of added) {
    if (attempts.length + usedKeys.length === 0) continue;
    draft.append('entered', draft.lane.sales.get(saleId) as Sale, { attempts, usedKeys });
  }
  const answer: EnterResult = { kind: 'ok', feedNumber: draft.lane.feed, entries };
  draft.lane.batches.set(batch.gatewayId, { sequence: batch.sequence, answer });
  return { lane: draft.lane, answer, entries: draft.entries };
}

function enterOne(lane: Lane, entry: Entry, added: Map<string, Added>): EntryResult {
  const sale = lane.sales.get(entry.saleId);
  if (!sale) return { kind: 'refused', refusal: 'sale-not-found' };
  const adds = added.get(sale.id) ?? { attempts: [], usedKeys: [] };
  added.set(sale.id, adds);
  const known = answerKnown(sale, entry);
  if (known) return known;
  const full = entry.key !== '' && keysOf(sale, entry.buyerId) >= KEYS_PER_BUYER;
  const mine = sale.attempts.filter(({ buyerId }) => buyerId === entry.buyerId);
  const live = mine.find(({ state }) => isLive(state));
  if (live) {
    if (!full) remember(sale, entry, live.ticket, 200, adds);
    return existing(sale, live, 'existing');
  }
  const refused = refusal(sale, entry, mine, lane.now);
  if (refused) return refused;
  if (full) return { kind: 'refused', refusal: 'too-many-keys' };
  const record = newAttempt(lane, sale, entry);
  adds.attempts.push(record);
  remember(sale, entry, record.ticket, 202, adds);
  return existing(sale, record, 'accepted');
}

function refusal(
  sale: Sale,
  { quantity }: Entry,
  mine: readonly AttemptRecord[],
  now: number,
): EntryResult | null {
  const { opensAt, perBuyerLimit, standbyLimit } = sale.config;
  const confirmed = mine
    .filter(({ state }) => state === 'confirmed')
    .reduce((sum, attempt) => sum + attempt.quantity, 0);
  const expired = mine.filter(({ state }) => state === 'expired').length;
  const stands = inState(sale, 'standby').length < standbyLimit && unitsIn(sale, 'held') > 0;
  if (isClosed(sale, now)) return { kind: 'refused', refusal: 'sale-closed' };
  if (isScheduled(sale, now)) {
    return { kind: 'refused', refusal: 'sale-not-open', opensAt: opensAt as number };
  }
  if (sale.pausedFor !== null) return { kind: 'refused', refusal: 'sale-paused' };
  const tooMany = mine.length >= ATTEMPTS_PER_BUYER || expired >= EXPIRED_HOLDS_PER_BUYER;
  if (quantity + confirmed > perBuyerLimit || tooMany) {
    return { kind: 'refused', refusal: 'over-limit' };
  }
  if (availableIn(sale) === 0 && !stands) return { kind: 'refused', refusal: 'sold-out' };
  return null;
}

function newAttempt(lane: Lane, sale: Sale, { buyerId, quantity }: Entry): AttemptRecord {
  const record: AttemptRecord = {
    ticket: sale.attempts.length + 1,
    state: 'waiting',
    version: 1,
    ...{ quantity, buyerId, tag: tagOf(lane.incarnation) },
    ...{ holdExpiresAt: null, orderId: null, reason: null },
  };
  sale.attempts.push(record);
  return record;
}

/** The same key of the same buyer: what it was answered with, in its present state. */
function answerKnown(sale: Sale, { buyerId, key, quantity }: Entry): EntryResult | null {
  const known = sale.keys.find((used) => used.buyerId === buyerId && used.key === key);
  if (!known) return null;
  if (known.quantity !== quantity) return { kind: 'refused', refusal: 'idempotency-key-reused' };
  const record = sale.attempts[known.ticket - 1] as AttemptRecord;
  return existing(sale, record, known.status === 202 ? 'accepted' : 'existing');
}

function keysOf(sale: Sale, buyer: string): number {
  return sale.keys.filter(({ buyerId }) => buyerId === buyer).length;
}

function remember(
  sale: Sale,
  { buyerId, key, quantity }: Entry,
  ticket: number,
  status: number,
  adds: Added,
): void {
  if (key === '') return;
  const used = { ticket, quantity, status, buyerId, key };
  sale.keys.push(used);
  adds.usedKeys.push(used);
}

/** An answer with the attempt's place: how many of its kind stand before it. */
function existing(
  sale: Sale,
  record: AttemptRecord,
  kind: 'accepted' | 'existing',
): Extract<EntryResult, { ahead: unknown }> {
  return { kind, record, ahead: aheadOf(sale, record) };
}

/** How many undecided, or standby, tickets stand before this one. */
export function aheadOf(sale: Sale, { state, ticket }: AttemptRecord): number | null {
  if (state !== 'waiting' && state !== 'standby') return null;
  return inState(sale, state).filter((other) => other.ticket < ticket).length;
}
