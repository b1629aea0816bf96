import { type AttemptRecord, parseRecord } from '../core/domain/attempt.js';
import { laneKeys, saleKeys } from '../core/keys.js';
import type { RedisClient } from '../core/redis.js';
import { BEHIND, type Behind, type LaneView, Script } from './script.js';

/** An attempt with its place: how many stand before it, `null` unless it waits or stands by. */
export interface PlacedAttempt {
  readonly record: AttemptRecord;
  readonly ahead: number | null;
}

export type ReadAttemptsResult =
  | Behind
  | { readonly kind: 'ok'; readonly feedNumber: number; readonly attempts: PlacedAttempt[] };

const script = new Script('read-attempts');

async function read(
  redis: RedisClient,
  view: LaneView,
  saleId: string,
  by: 'ticket' | 'buyer',
  which: string | number,
): Promise<ReadAttemptsResult> {
  const sale = saleKeys(view.lane, saleId);
  const reply = await script.run(
    redis,
    [laneKeys(view.lane).lane, sale.sale, sale.attempts, sale.buyers, sale.left, sale.standbyLine],
    [view.incarnation, view.seen, by, which],
  );
  if (reply[0] === 'behind') return BEHIND;
  if (reply[0] !== 'ok') throw script.unexpected(reply);
  const attempts: PlacedAttempt[] = [];
  for (let i = 2; i + 2 < reply.length; i += 3) {
    const ahead = Number(reply[i + 1]);
    const record = parseRecord(Number(reply[i]), String(reply[i + 2]));
    attempts.push({ record, ahead: ahead < 0 ? null : ahead });
  }
  return { kind: 'ok', feedNumber: Number(reply[1]), attempts };
}

/** Reads the attempt with this ticket: a list of one, or an empty one. */
export function readAttempt(redis: RedisClient, view: LaneView, saleId: string, ticket: number) {
  return read(redis, view, saleId, 'ticket', ticket);
}

/** Reads a buyer's attempts in a sale, oldest first. */
export function readBuyer(redis: RedisClient, view: LaneView, saleId: string, buyerId: string) {
  return read(redis, view, saleId, 'buyer', buyerId);
}
