import { type AttemptRecord, parseRecord } from '../core/domain/attempt.js';
import {
  ATTEMPTS_PER_BUYER,
  EXPIRED_HOLDS_PER_BUYER,
  FEED_BACKLOG_LIMIT,
  KEYS_PER_BUYER,
} from '../core/domain/bounds.js';
import { tagOf } from '../core/domain/ids.js';
import { batchAnswerKey, laneKeys, saleKeys } from '../core/keys.js';
import type { RedisClient } from '../core/redis.js';
import { BEHIND, type Behind, type LaneView, Script } from './script.js';

/** One attempt on its way in. `key` is the Idempotency-Key, '' for none. */
export interface Entry {
  readonly saleId: string;
  readonly buyerId: string;
  readonly quantity: number;
  readonly key: string;
}

export type EntryRefusal =
  | 'sale-not-found'
  | 'idempotency-key-reused'
  | 'sale-closed'
  | 'sale-paused'
  | 'over-limit'
  | 'sold-out'
  | 'too-many-keys'
  | 'invalid';

export type EntryResult =
  | {
      /** `entered` and a key known as 202: accepted; `live` and a key known as 200: as it was. */
      readonly kind: 'accepted' | 'existing';
      readonly record: AttemptRecord;
      readonly ahead: number | null;
    }
  | { readonly kind: 'refused'; readonly refusal: EntryRefusal }
  | { readonly kind: 'refused'; readonly refusal: 'sale-not-open'; readonly opensAt: number };

export type EnterResult =
  | Behind
  | { readonly kind: 'overloaded' }
  /** A later batch of this gateway was applied: this one was given up, and is refused for good. */
  | { readonly kind: 'stale' }
  | { readonly kind: 'ok'; readonly feedNumber: number; readonly entries: EntryResult[] };

/** Everything that one call of enter needs. */
export interface EnterBatch extends LaneView {
  readonly gatewayId: string;
  /** Rises with each batch of this gateway and lane; the same number again is the same batch. */
  readonly sequence: number;
  /** 1–500 attempts, in the order in which they arrived. */
  readonly entries: readonly Entry[];
}

const script = new Script('enter');

/** One that was not given a ticket: why, or which attempt it is answered with. */
type KnownReply = readonly [word: string, ticket: number, ahead: number, rest: string];

/** `1` stands for an attempt that entered. */
type EntryReply = 1 | KnownReply;

type OkReply = readonly ['ok', feedNumber: number, now: number, lines: number[], ...EntryReply[]];

/** The record of an attempt that has just got its ticket. */
function newRecord(ticket: number, { buyerId, quantity }: Entry, tag: string): AttemptRecord {
  return {
    ticket,
    state: 'waiting',
    version: 1,
    quantity,
    buyerId,
    tag,
    holdExpiresAt: null,
    orderId: null,
    reason: null,
  };
}

/** `existing` where the attempt was there before the key was: the key stays answered so. */
function knownKind(word: string): 'accepted' | 'existing' | null {
  if (word === 'known-202') return 'accepted';
  return word === 'live' || word === 'known-200' ? 'existing' : null;
}

function readKnown([word, ticket, ahead, rest]: KnownReply): EntryResult {
  const kind = knownKind(word);
  if (kind) return { kind, record: parseRecord(ticket, rest), ahead: ahead < 0 ? null : ahead };
  if (word === 'sale-not-open') {
    return { kind: 'refused', refusal: word, opensAt: Number(rest) };
  }
  return { kind: 'refused', refusal: word as EntryRefusal };
}

/** Whoever entered has the next ticket of the sale, and one place behind the one before. */
function readEntries(
  { entries, incarnation }: EnterBatch,
  places: ReadonlyMap<string, number>,
  lines: readonly number[],
  replies: readonly EntryReply[],
): EntryResult[] {
  const tag = tagOf(incarnation);
  const entered = new Array<number>(places.size).fill(0);
  return entries.map((entry, i) => {
    const reply = replies[i] as EntryReply;
    if (reply !== 1) return readKnown(reply);
    const place = (places.get(entry.saleId) as number) - 1;
    const before = entered[place] as number;
    entered[place] = before + 1;
    const ticket = (lines[2 * place] as number) + before + 1;
    const ahead = (lines[2 * place + 1] as number) + before;
    return { kind: 'accepted', record: newRecord(ticket, entry, tag), ahead };
  });
}

function placesOf(entries: readonly Entry[]): Map<string, number> {
  const places = new Map<string, number>();
  for (const { saleId } of entries) if (!places.has(saleId)) places.set(saleId, places.size + 1);
  return places;
}

/** Puts a batch on its lane's lines: a ticket for each attempt, or why not. Safe to send again. */
export async function enter(redis: RedisClient, batch: EnterBatch): Promise<EnterResult> {
  const { lane, incarnation, entries } = batch;
  const places = placesOf(entries);
  const of = laneKeys(lane);
  const keys = [of.lane, of.feed, batchAnswerKey(lane, incarnation, batch.gatewayId), of.lines];
  for (const saleId of places.keys()) {
    const sale = saleKeys(lane, saleId);
    keys.push(sale.sale, sale.attempts, sale.buyers, sale.requests, sale.left, sale.standbyLine);
  }
  const args: (string | number)[] = [incarnation, batch.seen, batch.sequence, places.size];
  args.push(entries.length, tagOf(incarnation), ATTEMPTS_PER_BUYER, EXPIRED_HOLDS_PER_BUYER);
  args.push(KEYS_PER_BUYER, FEED_BACKLOG_LIMIT, ...places.keys());
  for (const { saleId, buyerId, quantity, key } of entries) {
    args.push(`${places.get(saleId)}|${quantity}`, `${buyerId}\n${key}`);
  }
  const reply = await script.run(redis, keys, args);
  if (reply[0] === 'behind') return BEHIND;
  if (reply[0] === 'overloaded' || reply[0] === 'stale') return { kind: reply[0] };
  if (reply[0] !== 'ok') throw script.unexpected(reply);
  const [, feedNumber, , lines, ...replies] = reply as unknown as OkReply;
  return { kind: 'ok', feedNumber, entries: readEntries(batch, places, lines, replies) };
}
