import type { Knex } from 'knex';
import { commit, type Database } from '../database.js';
import type { OrderLine, OrderRecord, OrderState } from '../domain/order.js';

/** How often a transaction that the server ended as a deadlock is tried in all. */
const TRIES = 5;

interface Row {
  id: string;
  buyer_id: string;
  state: OrderState;
  settled: number;
  currency: string;
  payment_reference: string;
  created_at: number;
}

interface LineRow {
  order_id: string;
  line: number;
  product_id: string;
  attempt_id: string | null;
  name: string;
  quantity: number;
  price: number;
}

/** An order with what is still to be done for it in Redis. */
export interface StoredOrder extends OrderRecord {
  readonly settled: boolean;
}

function lineOf(row: LineRow): OrderLine {
  const { product_id, attempt_id, name, quantity, price } = row;
  return { productId: product_id, attemptId: attempt_id, name, quantity, price };
}

function orderOf(row: Row, lines: readonly LineRow[]): StoredOrder {
  return {
    id: row.id,
    buyerId: row.buyer_id,
    state: row.state,
    settled: row.settled === 1,
    lines: lines.map(lineOf),
    currency: row.currency,
    paymentReference: row.payment_reference,
    createdAt: row.created_at,
  };
}

function orderRow(order: StoredOrder): Row {
  return {
    id: order.id,
    buyer_id: order.buyerId,
    state: order.state,
    settled: order.settled ? 1 : 0,
    currency: order.currency,
    payment_reference: order.paymentReference,
    created_at: order.createdAt,
  };
}

function lineRows(order: StoredOrder): LineRow[] {
  return order.lines.map((line, i) => ({
    order_id: order.id,
    line: i + 1,
    product_id: line.productId,
    attempt_id: line.attemptId,
    name: line.name,
    quantity: line.quantity,
    price: line.price,
  }));
}

/** Writes orders as the feed tells them; one that is there already stays as it is. */
export async function insertOrders(
  trx: Knex.Transaction,
  orders: readonly StoredOrder[],
): Promise<void> {
  if (orders.length === 0) return;
  const lines = orders.flatMap(lineRows);
  await trx('orders').insert(orders.map(orderRow)).onConflict('id').merge(['id']);
  await trx('order_lines').insert(lines).onConflict(['order_id', 'line']).merge(['line']);
}

/** The attempt of an order's line, as the ledger names it. */
const ATTEMPT_OF_LINE = `
  JOIN attempts ON attempts.sale_id = CONCAT('s', SUBSTRING(SUBSTRING_INDEX(order_lines.attempt_id, '-', 2), 2))
    AND attempts.ticket = CAST(
      SUBSTRING_INDEX(SUBSTRING_INDEX(order_lines.attempt_id, '-', 3), '-', -1) AS UNSIGNED)
    AND attempts.tag = SUBSTRING_INDEX(order_lines.attempt_id, '-', -1)`;

/**
 * For a lane that lost data: holds that an order is about are bound to it, as they were before,
 * also where the ledger had not heard of it yet. So they cannot expire under a paid order.
 */
export async function bindOrderedHolds(trx: Knex.Transaction, lane: number): Promise<void> {
  await trx.raw(
    `UPDATE order_lines
       JOIN orders ON orders.id = order_lines.order_id AND orders.state IN ('pending', 'placed')
       ${ATTEMPT_OF_LINE}
     SET attempts.order_id = orders.id
     WHERE order_lines.attempt_id LIKE ? AND attempts.state = 'held' AND attempts.order_id IS NULL`,
    [`a${lane}-%`],
  );
}

/** For a lane that lost data: placed orders whose goods are not confirmed are settled once more. */
export async function reopenOrders(trx: Knex.Transaction, lane: number): Promise<void> {
  await trx.raw(
    `UPDATE order_lines
       JOIN orders ON orders.id = order_lines.order_id AND orders.state = 'placed'
       ${ATTEMPT_OF_LINE}
     SET orders.settled = 0
     WHERE order_lines.attempt_id LIKE ? AND attempts.state <> 'confirmed'`,
    [`a${lane}-%`],
  );
}

export type BeginResult =
  | { readonly kind: 'begun' }
  | { readonly kind: 'exists' }
  | { readonly kind: 'short'; readonly lines: readonly ShortLine[] };

/** Stock of a line that could not be taken. */
export interface ShortLine {
  readonly line: OrderLine;
  readonly available: number;
}

/** The orders in MySQL. */
export class OrderStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async find(id: string): Promise<StoredOrder | null> {
    const row = await this.#db<Row>('orders').where({ id }).first();
    if (!row) return null;
    return orderOf(
      row,
      await this.#db<LineRow>('order_lines').where({ order_id: id }).orderBy('line'),
    );
  }

  /** A buyer's orders, newest first, after `cursor`. */
  async list(
    buyerId: string,
    limit: number,
    cursor: { readonly createdAt: number; readonly id: string } | null,
  ): Promise<StoredOrder[]> {
    const query = this.#db<Row>('orders')
      .where({ buyer_id: buyerId })
      .orderBy([
        { column: 'created_at', order: 'desc' },
        { column: 'id', order: 'desc' },
      ])
      .limit(limit);
    if (cursor) {
      const { createdAt, id } = cursor;
      query.where((any) =>
        any
          .where('created_at', '<', createdAt)
          .orWhere((same) => same.where('created_at', createdAt).where('id', '<', id)),
      );
    }
    return this.#withLines(await query);
  }

  /** Orders created before `before` (ms) for which something is still to be done, oldest first. */
  async unsettled(before: number, limit: number): Promise<StoredOrder[]> {
    const rows = await this.#db<Row>('orders')
      .where({ settled: 0 })
      .where('created_at', '<', before)
      .orderBy('created_at')
      .limit(limit);
    return this.#withLines(rows);
  }

  /**
   * Writes a pending order and takes the stock of its ordinary goods, in one transaction: all of
   * it or none. Products are locked in the order of their ids, so that two carts cannot wait for
   * each other.
   */
  async begin(order: StoredOrder): Promise<BeginResult> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.#begin(order);
      } catch (error) {
        // The server may still choose one of two transactions to end: that one is repeated.
        if ((error as { code?: string }).code !== 'ER_LOCK_DEADLOCK' || tries === TRIES)
          throw error;
      }
    }
  }

  async #begin(order: StoredOrder): Promise<BeginResult> {
    const trx = await this.#db.transaction();
    try {
      const short = (await insertOrder(trx, order)) ? await takeStocks(trx, order) : null;
      if (short?.length === 0) await commit(trx);
      else await trx.rollback();
      if (short === null) return { kind: 'exists' };
      return short.length === 0 ? { kind: 'begun' } : { kind: 'short', lines: short };
    } catch (error) {
      await trx.rollback().catch(() => undefined);
      throw error;
    }
  }

  /** The point of no return: `false` when the order is no longer pending. Empties the cart. */
  async place(order: StoredOrder): Promise<boolean> {
    return this.#db.transaction(async (trx) => {
      const placed = await trx('orders')
        .where({ id: order.id, state: 'pending' })
        .update({ state: 'placed' });
      if (placed !== 1) return false;
      const products = ordinaryLines(order.lines).map(({ productId }) => productId);
      await trx('cart_items')
        .where({ buyer_id: order.buyerId })
        .whereIn('product_id', products)
        .delete();
      return true;
    });
  }

  /** Gives up a pending order and puts its ordinary goods back; `false` when it is not pending. */
  async cancel(order: StoredOrder): Promise<boolean> {
    return this.#db.transaction(async (trx) => {
      const cancelled = await trx('orders')
        .where({ id: order.id, state: 'pending' })
        .update({ state: 'cancelled' });
      if (cancelled !== 1) return false;
      for (const line of ordinaryLines(order.lines)) {
        await trx('products')
          .where({ id: line.productId })
          .update({
            available: trx.raw('available + ?', [line.quantity]),
            version: trx.raw('version + 1'),
          });
      }
      return true;
    });
  }

  /** Units of a sale by state of their attempts, and units of it in placed orders. */
  async unitsOf(saleId: string): Promise<{ confirmed: number; held: number; ordered: number }> {
    const attempts: { state: string; units: number }[] = await this.#db('attempts')
      .where({ sale_id: saleId })
      .whereIn('state', ['confirmed', 'held'])
      .groupBy('state')
      .select('state', this.#db.raw('SUM(quantity) AS units'));
    const units = new Map(attempts.map(({ state, units: sum }) => [state, Number(sum)]));
    const ordered = await this.#db('order_lines')
      .join('orders', 'orders.id', 'order_lines.order_id')
      .where({ 'orders.state': 'placed' })
      .where('attempt_id', 'like', `a${saleId.slice(1)}-%`)
      .sum({ units: 'quantity' })
      .first();
    return {
      confirmed: units.get('confirmed') ?? 0,
      held: units.get('held') ?? 0,
      ordered: Number(ordered?.units ?? 0),
    };
  }

  /** Redis has all that the order's state means. */
  async settled(id: string): Promise<void> {
    await this.#db('orders').where({ id }).update({ settled: 1 });
  }

  async #withLines(rows: readonly Row[]): Promise<StoredOrder[]> {
    const ids = rows.map(({ id }) => id);
    const lines = await this.#db<LineRow>('order_lines').whereIn('order_id', ids).orderBy('line');
    return rows.map((row) =>
      orderOf(
        row,
        lines.filter(({ order_id }) => order_id === row.id),
      ),
    );
  }
}

/** Lines of ordinary goods, by product id: the order in which they are locked. */
function ordinaryLines(lines: readonly OrderLine[]): OrderLine[] {
  return lines
    .filter(({ attemptId }) => attemptId === null)
    .sort((a, b) => (a.productId < b.productId ? -1 : 1));
}

/** Takes what the ordinary lines want; answers the lines for which there is not enough. */
async function takeStocks(trx: Knex.Transaction, order: StoredOrder): Promise<ShortLine[]> {
  const short: ShortLine[] = [];
  for (const line of ordinaryLines(order.lines)) {
    const { productId, quantity } = line;
    const product = await trx('products').where({ id: productId }).forUpdate().first();
    const available = product?.available ?? 0;
    if (available < quantity) short.push({ line, available });
    else {
      await trx('products')
        .where({ id: productId })
        .update({
          available: trx.raw('available - ?', [quantity]),
          version: trx.raw('version + 1'),
        });
    }
  }
  return short;
}

/** `false` when there is an order with this id: a twin of the request was faster. */
async function insertOrder(trx: Knex.Transaction, order: StoredOrder): Promise<boolean> {
  try {
    await trx('orders').insert(orderRow(order));
  } catch (error) {
    if ((error as { code?: string }).code === 'ER_DUP_ENTRY') return false;
    throw error;
  }
  await trx('order_lines').insert(lineRows(order));
  return true;
}
