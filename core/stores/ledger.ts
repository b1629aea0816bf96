import type { Knex } from 'knex';
import { commit, type Database } from '../database.js';
import { attemptIdOf } from '../domain/ids.js';
import type { AttemptOrder } from '../domain/order.js';
import type { SaleConfig } from '../domain/sale.js';
import type { FeedEntry, UsedKey } from '../feed.js';
import { Change, ROWS_PER_INSERT, writeAttempts } from './attempt-rows.js';
import { insertOrders, type StoredOrder } from './orders.js';
import { configColumns } from './sales.js';

/** Where the writer stands; the ledger moves on only from exactly there. */
export interface LedgerPosition {
  readonly lane: number;
  readonly incarnation: string;
  readonly fencingToken: number;
  readonly ledgerNumber: number;
}

/** What a run of feed entries comes to: the last state of everything that they changed. */
class Fold {
  /** By sale and ticket. */
  readonly #attempts = new Map<string, Map<number, Change>>();
  readonly keys = new Map<string, UsedKey & { saleId: string; usedAt: number }>();
  readonly sales = new Map<string, FeedEntry>();
  readonly configs = new Map<string, SaleConfig>();
  readonly orders: StoredOrder[] = [];

  constructor(entries: readonly FeedEntry[]) {
    for (const entry of entries) this.#add(entry);
  }

  #add(entry: FeedEntry): void {
    const { saleId, time } = entry;
    this.sales.set(saleId, entry);
    if (entry.config !== '') this.configs.set(saleId, JSON.parse(entry.config));
    if (entry.order !== '') this.orders.push(orderOf(entry));
    const attempts = this.#attemptsOf(saleId);
    for (const record of entry.attempts()) {
      const change = attempts.get(record.ticket);
      if (change) change.follow(time, record);
      else attempts.set(record.ticket, new Change(entry, record));
    }
    for (const used of entry.usedKeys()) {
      this.keys.set(`${saleId} ${used.buyerId} ${used.key}`, { ...used, saleId, usedAt: time });
    }
  }

  #attemptsOf(saleId: string): Map<number, Change> {
    let attempts = this.#attempts.get(saleId);
    if (!attempts) {
      attempts = new Map();
      this.#attempts.set(saleId, attempts);
    }
    return attempts;
  }

  get changes(): Change[] {
    return [...this.#attempts.values()].flatMap((attempts) => [...attempts.values()]);
  }
}

/** The order that an attempt made by itself; the attempt is the first of its entry. */
function orderOf(entry: FeedEntry): StoredOrder {
  const order: AttemptOrder = JSON.parse(entry.order);
  const [record] = entry.attempts();
  if (!record) throw new Error(`feed entry ${entry.number} has an order but no attempt`);
  const attemptId = attemptIdOf(entry.saleId, record.ticket, record.tag);
  const { productId, name, price } = order;
  return {
    id: order.id,
    buyerId: record.buyerId,
    state: 'placed',
    settled: true,
    lines: [{ productId, attemptId, name, quantity: record.quantity, price }],
    currency: order.currency,
    paymentReference: order.paymentReference,
    createdAt: order.createdAt,
  };
}

async function writeKeys(trx: Knex.Transaction, fold: Fold): Promise<void> {
  const rows = [...fold.keys.values()].map((used) => ({
    sale_id: used.saleId,
    buyer_id: used.buyerId,
    request_key: used.key,
    ticket: used.ticket,
    quantity: used.quantity,
    status: used.status,
    used_at: used.usedAt,
  }));
  for (let from = 0; from < rows.length; from += ROWS_PER_INSERT) {
    const part = rows.slice(from, from + ROWS_PER_INSERT);
    const conflict = ['sale_id', 'buyer_id', 'request_key'];
    await trx('used_keys').insert(part).onConflict(conflict).merge(['ticket']);
  }
}

async function writeSales(trx: Knex.Transaction, fold: Fold): Promise<void> {
  for (const [id, entry] of fold.sales) {
    const config = fold.configs.get(id);
    await trx('sales')
      .where({ id })
      .update({
        ...entry.counts,
        paused_for: entry.pausedFor,
        closed: entry.closed ? 1 : 0,
        archived: entry.archived ? 1 : 0,
        changed_at: entry.time,
        feed_number: entry.number,
        ...(config ? configColumns(config) : {}),
      });
  }
}

/**
 * Writes a run of feed entries and the watermark in one transaction.
 * Answers `fenced`, with nothing written, unless the ledger stood exactly at `position` and the
 * lane is still this owner's. The lane's row comes last, so that a writer that is stopped in the
 * middle does not keep the next owner waiting for it.
 */
export async function writeLedger(
  db: Database,
  position: LedgerPosition,
  entries: readonly FeedEntry[],
): Promise<'written' | 'fenced'> {
  const last = entries.at(-1);
  if (!last) return 'written';
  const fold = new Fold(entries);
  const trx = await db.transaction();
  try {
    await writeAttempts(trx, fold.changes);
    await writeKeys(trx, fold);
    await insertOrders(trx, fold.orders);
    await writeSales(trx, fold);
    const moved = await trx('lanes')
      .where({
        lane: position.lane,
        incarnation: position.incarnation,
        fencing_token: position.fencingToken,
        ledger_number: position.ledgerNumber,
      })
      .update({ ledger_number: last.number });
    if (moved === 1) await commit(trx);
    else await trx.rollback();
    return moved === 1 ? 'written' : 'fenced';
  } catch (error) {
    await trx.rollback().catch(() => undefined);
    throw error;
  }
}
