import type { Knex } from 'knex';
import type { Database } from '../database.js';
import { bindOrderedHolds, reopenOrders } from './orders.js';

/** A lane as MySQL knows it: the durable side of its ownership and of the ledger's progress. */
export interface LaneRow {
  readonly lane: number;
  readonly fencingToken: number;
  readonly incarnation: string | null;
  /** The last life that was opened. While it is another than `incarnation`, that one is built. */
  readonly opened: string | null;
  readonly ledgerNumber: number;
  readonly owner: string | null;
}

interface Row {
  lane: number;
  fencing_token: number;
  incarnation: string | null;
  opened: string | null;
  ledger_number: number;
  owner: string | null;
}

function laneOf(row: Row): LaneRow {
  return {
    lane: row.lane,
    fencingToken: row.fencing_token,
    incarnation: row.incarnation,
    opened: row.opened,
    ledgerNumber: row.ledger_number,
    owner: row.owner,
  };
}

/** The lanes in MySQL. */
export class LaneStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async all(): Promise<LaneRow[]> {
    return (await this.#db<Row>('lanes').orderBy('lane')).map(laneOf);
  }

  /** Raises the lane's fencing token above both `floor` and what it was, and notes the owner. */
  async raiseToken(lane: number, owner: string, floor: number): Promise<LaneRow> {
    return this.#db.transaction(async (trx) => {
      const row = await this.#locked(trx, lane);
      const fencing_token = Math.max(row.fencing_token, floor) + 1;
      await trx<Row>('lanes').where({ lane }).update({ fencing_token, owner });
      return laneOf({ ...row, fencing_token, owner });
    });
  }

  /**
   * Brings MySQL up to a token that was raised in Redis alone. Answers how far the ledger is, or
   * `null` when MySQL knows another life or a token that is not lower: then the lane is lost.
   */
  async followToken(
    lane: number,
    incarnation: string,
    fencingToken: number,
    owner: string,
  ): Promise<number | null> {
    return this.#db.transaction(async (trx) => {
      const row = await this.#locked(trx, lane);
      if (row.incarnation !== incarnation || row.fencing_token >= fencingToken) return null;
      await trx<Row>('lanes').where({ lane }).update({ fencing_token: fencingToken, owner });
      return row.ledger_number;
    });
  }

  /**
   * Names the first life of a lane's Redis data. Answers `false` and changes nothing when the lane
   * ever had a sale: then its data was lost, and has to be rebuilt.
   */
  async begin(lane: number, incarnation: string): Promise<boolean> {
    return this.#db.transaction(async (trx) => {
      const row = await this.#locked(trx, lane);
      const sale = await trx('sales').where({ lane }).first('id');
      if (sale || row.ledger_number > 0) return false;
      await trx('lane_lives').insert({ lane, incarnation, ledger_number: 0 });
      await trx<Row>('lanes').where({ lane }).update({ incarnation, opened: incarnation });
      return true;
    });
  }

  /**
   * Names the life that follows a loss, and makes sure that what buyers have ordered is theirs in
   * it. Answers `false` and changes nothing when `fencingToken` is no longer the lane's.
   */
  async beginNextLife(lane: number, fencingToken: number, incarnation: string): Promise<boolean> {
    return this.#db.transaction(async (trx) => {
      const row = await this.#locked(trx, lane);
      if (row.fencing_token !== fencingToken) return false;
      const { ledger_number } = row;
      await trx('lane_lives').insert({ lane, incarnation, ledger_number });
      await trx<Row>('lanes').where({ lane }).update({ incarnation });
      await bindOrderedHolds(trx, lane);
      await reopenOrders(trx, lane);
      return true;
    });
  }

  /** Whether this was ever the life of this lane in this database. */
  async hadLife(lane: number, incarnation: string): Promise<boolean> {
    return (await this.#db('lane_lives').where({ lane, incarnation }).first('lane')) !== undefined;
  }

  /** Notes that a life was opened in Redis. */
  async opened(lane: number, incarnation: string): Promise<void> {
    await this.#db<Row>('lanes').where({ lane, incarnation }).update({ opened: incarnation });
  }

  async #locked(trx: Knex.Transaction, lane: number): Promise<Row> {
    const row = await trx<Row>('lanes').where({ lane }).forUpdate().first();
    if (!row) throw new Error(`lane ${lane} is not in the database: run the migration`);
    return row;
  }
}
