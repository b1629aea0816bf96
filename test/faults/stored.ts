import { attemptIdOf, laneOfSale } from '../../core/domain/ids.js';
import type { System } from '../support/system.js';

/** One attempt as the ledger has it. */
export interface StoredAttempt {
  readonly id: string;
  readonly buyer: string;
  readonly ticket: number;
  readonly quantity: number;
  readonly state: string;
  /** As Redis and the feed write an attempt. */
  readonly text: string;
}

/** Everything that is kept of one sale, on both sides. */
export interface Stored {
  readonly rows: readonly StoredAttempt[];
  /** total, available, held, sold, entered, serving, waiting, standby. */
  readonly ledgerCounts: readonly number[];
  readonly ledgerNumber: number;
  readonly ledgerToken: number;
  readonly redisCounts: readonly number[];
  readonly redisAttempts: ReadonlyMap<number, string>;
  readonly redisNumber: number;
  readonly redisToken: number;
}

const COUNTS = ['total', 'available', 'held', 'sold', 'entered', 'serving', 'waiting', 'standby'];

/** The lane in which a sale lives. */
export function laneOf(saleId: string): number {
  return laneOfSale(saleId) as number;
}

/** Reads both sides as they are now: to be called once they are drained. */
export async function readStored(system: System, saleId: string): Promise<Stored> {
  const lane = laneOf(saleId);
  const key = (name: string) => `dropgate:1:{lane-${lane}}:${name}`;
  const row = await system.db('lanes').where({ lane }).first();
  const sale = await system.db('sales').where({ id: saleId }).first();
  const hash = await system.redis.hgetall(key('lane'));
  const redisSale = await system.redis.hgetall(key(`sale:${saleId}`));
  const attempts = await system.redis.hgetall(key(`attempts:${saleId}`));
  return {
    rows: await readRows(system, saleId),
    ledgerCounts: COUNTS.map((name) => sale[name]),
    ledgerNumber: row.ledger_number,
    ledgerToken: row.fencing_token,
    redisCounts: COUNTS.map((name) => Number(redisSale[name])),
    redisAttempts: new Map(
      Object.entries(attempts).map(([ticket, text]) => [Number(ticket), text]),
    ),
    redisNumber: Number(hash.feed),
    redisToken: Number(hash.fencingToken),
  };
}

/** The sale's attempts in the ledger, in ticket order. */
export async function readRows(system: System, saleId: string): Promise<StoredAttempt[]> {
  const rows = await system.db('attempts').where({ sale_id: saleId }).orderBy('ticket');
  return rows.map((row) => ({
    id: attemptIdOf(saleId, row.ticket, row.tag),
    buyer: row.buyer_id,
    ticket: row.ticket,
    quantity: row.quantity,
    state: row.state,
    text: [
      ...[row.state, row.version, row.quantity, row.buyer_id, row.tag],
      ...[row.hold_expires_at ?? '', row.order_id ?? '', row.reason ?? ''],
    ].join('|'),
  }));
}
