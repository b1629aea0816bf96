import type { Database } from '../database.js';
import type { SaleConfig, SaleCounts, SaleRecord } from '../domain/sale.js';

/** A row of the table. */
export interface SaleTableRow {
  id: string;
  lane: number;
  product_id: string;
  title: string;
  per_buyer_limit: number;
  hold_seconds: number;
  standby_limit: number;
  opens_at: number | null;
  closes_at: number | null;
  config_version: number;
  created_at: number;
  paused_for: string | null;
  closed: number;
  total: number;
  available: number;
  held: number;
  sold: number;
  entered: number;
  serving: number;
  waiting: number;
  standby: number;
  feed_number: number;
  changed_at: number;
  archived: number;
  purged: number;
}

/** A sale as the ledger has it, up to `feedNumber` (0: not seeded into Redis yet). */
export interface SaleRow extends SaleRecord {
  readonly lane: number;
  readonly feedNumber: number;
}

/** The columns of a sale's configuration. */
export function configColumns(config: SaleConfig) {
  return {
    product_id: config.productId,
    title: config.title,
    per_buyer_limit: config.perBuyerLimit,
    hold_seconds: config.holdSeconds,
    standby_limit: config.standbyLimit,
    opens_at: config.opensAt,
    closes_at: config.closesAt,
    config_version: config.version,
    created_at: config.createdAt,
  };
}

function configOf(row: SaleTableRow): SaleConfig {
  return {
    productId: row.product_id,
    title: row.title,
    perBuyerLimit: row.per_buyer_limit,
    holdSeconds: row.hold_seconds,
    standbyLimit: row.standby_limit,
    opensAt: row.opens_at,
    closesAt: row.closes_at,
    version: row.config_version,
    createdAt: row.created_at,
  };
}

function countsOf(row: SaleTableRow): SaleCounts {
  const { total, available, held, sold, entered, serving, waiting, standby } = row;
  return { total, available, held, sold, entered, serving, waiting, standby };
}

export function saleOf(row: SaleTableRow): SaleRow {
  return {
    id: row.id,
    lane: row.lane,
    config: configOf(row),
    pausedFor: row.paused_for,
    closed: row.closed === 1,
    archived: row.archived === 1,
    counts: countsOf(row),
    feedNumber: row.feed_number,
  };
}

/** The sales in MySQL: what was created here, and what the ledger writer brought since. */
export class SaleStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async find(id: string): Promise<SaleRow | null> {
    const row = await this.#db<SaleTableRow>('sales').where({ id }).first();
    return row ? saleOf(row) : null;
  }

  /** A sale and how far its lane's ledger is, both of the same moment. */
  async findWithLedger(id: string): Promise<{ sale: SaleRow; ledgerNumber: number } | null> {
    const row = await this.#db('sales')
      .join('lanes', 'lanes.lane', 'sales.lane')
      .where({ id })
      .first<SaleTableRow & { ledger_number: number }>('sales.*', 'lanes.ledger_number');
    return row ? { sale: saleOf(row), ledgerNumber: row.ledger_number } : null;
  }

  /** All sales, newest first, after `cursor` (the `createdAt`.`id` of the last one seen). */
  async list(limit: number, cursor: { createdAt: number; id: string } | null): Promise<SaleRow[]> {
    const query = this.#db<SaleTableRow>('sales')
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
    return (await query).map(saleOf);
  }

  /** Sales of a lane that look finished, and in which nothing has happened since `before` (ms). */
  async finished(lane: number, before: number, limit: number): Promise<string[]> {
    const rows = await this.#db<SaleTableRow>('sales')
      .where({ lane, purged: 0, archived: 0, waiting: 0, held: 0, standby: 0 })
      .where('changed_at', '<=', before)
      .where((any) =>
        any
          .where('closed', 1)
          .orWhere('closes_at', '<=', before)
          .orWhere((sold) => sold.where('total', '>', 0).whereRaw('sold = total')),
      )
      .where('feed_number', '>', 0)
      .limit(limit)
      .select('id');
    return rows.map(({ id }) => id);
  }

  /** Archived sales whose keys are still in Redis. */
  async archivedInRedis(lane: number, limit: number): Promise<string[]> {
    const rows = await this.#db<SaleTableRow>('sales')
      .where({ lane, purged: 0, archived: 1 })
      .limit(limit)
      .select('id');
    return rows.map(({ id }) => id);
  }

  /** The quantity of the restock that this key was used for, or `null`. */
  async restockWith(saleId: string, caller: string, key: string): Promise<number | null> {
    const row = await this.#db('used_keys')
      .where({ sale_id: saleId, buyer_id: `restock:${caller}`, request_key: key })
      .first();
    return row ? row.quantity : null;
  }

  async purged(id: string): Promise<void> {
    await this.#db<SaleTableRow>('sales').where({ id }).update({ purged: 1 });
  }

  /** Ids of a lane's sales that Redis has, for a gateway that starts. */
  async idsOfLane(lane: number): Promise<string[]> {
    const rows = await this.#db<SaleTableRow>('sales').where({ lane, archived: 0 }).select('id');
    return rows.map((row) => row.id);
  }

  /** The one of these lanes that has the fewest sales: a new one is put there. */
  async quietestLane(among: readonly number[]): Promise<number> {
    const row = await this.#db('lanes')
      .whereIn('lanes.lane', among)
      .leftJoin('sales', 'sales.lane', 'lanes.lane')
      .groupBy('lanes.lane')
      .orderByRaw('COUNT(sales.id), lanes.lane')
      .first('lanes.lane as lane');
    return row.lane;
  }

  /** Creates a sale, not yet seeded into Redis; one that exists is left as it is. */
  async create(id: string, lane: number, config: SaleConfig, total: number): Promise<SaleRow> {
    const row = { id, lane, ...configColumns(config), total, available: total };
    await this.#db('sales').insert(row).onConflict('id').merge(['id']);
    return (await this.find(id)) as SaleRow;
  }
}
