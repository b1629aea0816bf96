import type { Database } from '../database.js';

/** A lane as MySQL knows it: the durable side of its ownership and of the ledger's progress. */
export interface LaneRow {
  readonly lane: number;
  readonly fencingToken: number;
  readonly incarnation: string | null;
  readonly ledgerNumber: number;
  readonly owner: string | null;
}

interface Row {
  lane: number;
  fencing_token: number;
  incarnation: string | null;
  ledger_number: number;
  owner: string | null;
}

function laneOf(row: Row): LaneRow {
  return {
    lane: row.lane,
    fencingToken: row.fencing_token,
    incarnation: row.incarnation,
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
      const row = await trx<Row>('lanes').where({ lane }).forUpdate().first();
      if (!row) throw new Error(`lane ${lane} is not in the database: run the migration`);
      const fencing_token = Math.max(row.fencing_token, floor) + 1;
      await trx<Row>('lanes').where({ lane }).update({ fencing_token, owner });
      return laneOf({ ...row, fencing_token, owner });
    });
  }

  /**
   * Names the first life of a lane's Redis data. Answers `false` and changes nothing when the lane
   * ever had a sale: its data was lost, and beginning anew would sell it twice.
   */
  async begin(lane: number, incarnation: string): Promise<boolean> {
    return this.#db.transaction(async (trx) => {
      const row = await trx<Row>('lanes').where({ lane }).forUpdate().first();
      const sale = await trx('sales').where({ lane }).first('id');
      if (!row || sale || row.ledger_number > 0) return false;
      await trx<Row>('lanes').where({ lane }).update({ incarnation });
      return true;
    });
  }
}
