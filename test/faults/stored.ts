import { attemptIdOf, laneOfSale } from '../../core/domain/ids.js';
import { storedRecords } from '../support/stored-pages.js';
import type { System } from '../support/system.js';

/** One attempt as the ledger has it. */
export interface StoredAttempt {
  readonly id: string;
  readonly buyer: string;
  readonly ticket: number;
  readonly quantity: number;
  readonly state: string;
  readonly version: number;
  /** As Redis and the feed write an attempt. */
  readonly text: string;
}

/** One line of an order that is about an attempt of the sale. */
export interface StoredOrder {
  readonly id: string;
  readonly attemptId: string;
  readonly buyer: string;
  readonly quantity: number;
  readonly reference: string;
  readonly state: string;
  /** Whether Redis has all that the order's state means. */
  readonly settled: boolean;
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
  readonly incarnation: string;
  /** Buyer → what counts against the buyer. */
  readonly redisBuyers: ReadonlyMap<string, string>;
  /** Buyer and key → what they were answered with; the same of the ledger. */
  readonly redisKeys: ReadonlyMap<string, string>;
  readonly ledgerKeys: ReadonlyMap<string, string>;
  readonly orders: readonly StoredOrder[];
}

const COUNTS = ['total', 'available', 'held', 'sold', 'entered', 'serving', 'waiting', 'standby'];

/** The lane in which a sale lives. */
export function laneOf(saleId: string): number {
  return laneOfSale(saleId) as number;
}

/** Reads both sides as they are now: to be called once they are drained. */
export async function readStored(system: System, saleId: string): Promise<Stored> {
  const lane = laneOf(saleId);
  const key = (name: string) => `dropgate:2:{lane-${lane}}:${name}`;
  const row = await system.db('lanes').where({ lane }).first();
  const sale = await system.db('sales').where({ id: saleId }).first();
  const hash = await system.redis.hgetall(key('lane'));
  const redisSale = await system.redis.hgetall(key(`sale:${saleId}`));
  return {
    rows: await readRows(system, saleId),
    ledgerCounts: COUNTS.map((name) => sale[name]),
    ledgerNumber: row.ledger_number,
    ledgerToken: row.fencing_token,
    redisCounts: COUNTS.map((name) => Number(redisSale[name])),
    redisAttempts: await storedRecords(system.redis, key(`attempts:${saleId}`)),
    redisNumber: Number(hash.feed),
    redisToken: Number(hash.fencingToken),
    incarnation: hash.incarnation ?? '',
    redisBuyers: new Map(Object.entries(await system.redis.hgetall(key(`buyers:${saleId}`)))),
    redisKeys: new Map(Object.entries(await system.redis.hgetall(key(`requests:${saleId}`)))),
    ledgerKeys: await readKeys(system, saleId),
    orders: await readOrders(system, saleId),
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
    version: row.version,
    text: [
      ...[row.state, row.version, row.quantity, row.buyer_id, row.tag],
      ...[row.hold_expires_at ?? '', row.order_id ?? '', row.reason ?? ''],
    ].join('|'),
  }));
}

/** The keys in the ledger, as Redis writes them: those of a restock have no ticket. */
async function readKeys(system: System, saleId: string): Promise<Map<string, string>> {
  const rows = await system.db('used_keys').where({ sale_id: saleId });
  return new Map(
    rows.map(({ buyer_id, request_key, ticket, quantity, status }) => [
      `${buyer_id}:${request_key}`,
      ticket === 0 ? String(quantity) : `${ticket}|${quantity}|${status}`,
    ]),
  );
}

async function readOrders(system: System, saleId: string): Promise<StoredOrder[]> {
  const rows = await system
    .db('order_lines')
    .join('orders', 'orders.id', 'order_lines.order_id')
    .where('attempt_id', 'like', `a${saleId.slice(1)}-%`)
    .select('orders.*', 'attempt_id', 'quantity');
  return rows.map((row) => ({
    id: row.id,
    attemptId: row.attempt_id,
    buyer: row.buyer_id,
    quantity: row.quantity,
    reference: row.payment_reference,
    state: row.state,
    settled: row.settled === 1,
  }));
}
