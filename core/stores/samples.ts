import type { Database } from '../database.js';
import type { DurationCounts } from '../domain/durations.js';
import type { SaleCounts } from '../domain/sale.js';

/** A gateway's own figures at the end of a slot. */
export interface GatewaySample {
  readonly sockets: number;
  readonly shedShare: number;
  /** Requests refused for overload in the slot. */
  readonly refused: number;
  readonly loopDelayMs: number;
  /** Feed entries that the ledger does not have yet, by lane; lanes without any are left out. */
  readonly lags: readonly (readonly [lane: number, entries: number])[];
}

/** What one gateway knows of one sale at the end of a slot. */
export interface SalePart {
  /** The feed number up to which `counts` is true: of several gateways the highest tells. */
  readonly number: number;
  readonly counts: SaleCounts;
  readonly watchers: number;
  /** From the arrival at this gateway to the decision's arrival there; `null`: none in the slot. */
  readonly results: DurationCounts | null;
}

/** One row: the figures of a gateway (`saleId` is empty), or of a sale as a gateway knows it. */
export interface SampleRow<T> {
  readonly saleId: string;
  /** The end of the ten seconds, in milliseconds since the epoch. */
  readonly slot: number;
  readonly gatewayId: string;
  readonly figures: T;
}

interface Row {
  sale_id: string;
  slot: number;
  gateway_id: string;
  figures: string;
}

/** The sale id of the rows in which gateways tell of themselves. */
export const GATEWAY_ITSELF = '';

function sampleOf<T>(row: Row): SampleRow<T> {
  const { sale_id: saleId, slot, gateway_id: gatewayId, figures } = row;
  return { saleId, slot, gatewayId, figures: JSON.parse(figures) };
}

/** The figures of the last hours, from which operators' charts are drawn. */
export class SampleStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Writes what a gateway has sampled, in one statement. */
  async write(samples: readonly SampleRow<GatewaySample | SalePart>[]): Promise<void> {
    const rows = samples.map(({ saleId, slot, gatewayId, figures }) => ({
      sale_id: saleId,
      slot,
      gateway_id: gatewayId,
      figures: JSON.stringify(figures),
    }));
    const conflict = ['sale_id', 'slot', 'gateway_id'];
    await this.#db<Row>('samples').insert(rows).onConflict(conflict).merge(['figures']);
  }

  /** The gateways' own figures after `after` (ms), oldest first. */
  async ofGateways(after: number): Promise<SampleRow<GatewaySample>[]> {
    return (await this.#after(GATEWAY_ITSELF, after)).map((row) => sampleOf<GatewaySample>(row));
  }

  /** A sale's figures after `after` (ms), oldest first, and before them the last one up to there. */
  async ofSale(saleId: string, after: number): Promise<SampleRow<SalePart>[]> {
    const before = await this.#db<Row>('samples')
      .where({ sale_id: saleId })
      .where('slot', '<=', after)
      .orderBy('slot', 'desc')
      .first();
    const rows = await this.#after(saleId, after);
    return (before ? [before, ...rows] : rows).map((row) => sampleOf<SalePart>(row));
  }

  /** Forgets samples from before `before` (ms), at most `limit`; answers how many. */
  async forget(before: number, limit: number): Promise<number> {
    return this.#db<Row>('samples').where('slot', '<', before).limit(limit).delete();
  }

  #after(saleId: string, after: number): Promise<Row[]> {
    return this.#db<Row>('samples')
      .where({ sale_id: saleId })
      .where('slot', '>', after)
      .orderBy('slot')
      .then((rows) => rows as Row[]);
  }
}
