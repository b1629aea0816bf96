import type { Database } from '../database.js';
import type { AttemptRecord, AttemptState } from '../domain/attempt.js';
import { attemptIdOf } from '../domain/ids.js';
import { type AttemptOrder, orderIdOfAttempt } from '../domain/order.js';
import type { UsedKey } from '../feed.js';
import { type AttemptRow, attemptOf } from './attempts.js';
import { type SaleRow, type SaleTableRow, saleOf } from './sales.js';

/** A sale with what only its rebuild asks for. */
export interface LedgerSale extends SaleRow {
  /** Milliseconds since the epoch, feed time of the last change. */
  readonly changedAt: number;
}

export interface LedgerAttempt {
  readonly record: AttemptRecord;
  /** The order that the attempt made by itself, `null` when there is none. */
  readonly order: AttemptOrder | null;
}

interface OrderRow {
  own_order_id: string | null;
  payment_reference: string;
  product_id: string;
  name: string;
  price: number;
  currency: string;
  created_at: number;
}

/** Reads one lane's ledger page by page, for a lane that is rebuilt from it. */
export class LedgerReader {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** All sales of the lane, archived ones included. */
  async sales(lane: number): Promise<LedgerSale[]> {
    const rows = await this.#db<SaleTableRow>('sales').where({ lane }).orderBy('created_at');
    return rows.map((row) => ({ ...saleOf(row), changedAt: row.changed_at }));
  }

  /** The attempts that follow a ticket, in ticket order. */
  async attempts(saleId: string, after: number, limit: number): Promise<LedgerAttempt[]> {
    const rows: (AttemptRow & OrderRow)[] = await this.#db('attempts')
      .leftJoin('orders', (on) =>
        on
          .on('orders.id', 'attempts.order_id')
          .andOnVal('attempts.state', 'confirmed' satisfies AttemptState),
      )
      .leftJoin('order_lines', (on) =>
        on.on('order_lines.order_id', 'orders.id').andOnVal('order_lines.line', 1),
      )
      .where({ sale_id: saleId })
      .where('ticket', '>', after)
      .orderBy('ticket')
      .limit(limit)
      .select('attempts.*', 'orders.id as own_order_id', 'orders.payment_reference')
      .select('orders.currency', 'orders.created_at')
      .select('order_lines.product_id', 'order_lines.name', 'order_lines.price');
    return rows.map((row) => {
      const { record } = attemptOf(row);
      return { record, order: ownOrderOf(saleId, record, row) };
    });
  }

  /** The idempotency keys that follow one, in order of buyer and key. */
  async keys(
    saleId: string,
    after: Pick<UsedKey, 'buyerId' | 'key'>,
    limit: number,
  ): Promise<UsedKey[]> {
    const rows = await this.#db('used_keys')
      .where({ sale_id: saleId })
      .whereRaw('(buyer_id > ? OR (buyer_id = ? AND request_key > ?))', [
        after.buyerId,
        after.buyerId,
        after.key,
      ])
      .orderBy(['buyer_id', 'request_key'])
      .limit(limit);
    return rows.map(({ ticket, quantity, status, buyer_id, request_key }) => ({
      ticket,
      quantity,
      status,
      buyerId: buyer_id,
      key: request_key,
    }));
  }
}

/** A cart's order is MySQL's alone: Redis keeps only those that attempts made by themselves. */
function ownOrderOf(saleId: string, record: AttemptRecord, row: OrderRow): AttemptOrder | null {
  const id = orderIdOfAttempt(attemptIdOf(saleId, record.ticket, record.tag));
  if (row.own_order_id !== id) return null;
  const { payment_reference, product_id, name, price, currency, created_at } = row;
  return {
    id,
    paymentReference: payment_reference,
    productId: product_id,
    name,
    price,
    currency,
    createdAt: created_at,
  };
}
