import type { Database } from '../database.js';
import type { AttemptRecord } from '../domain/attempt.js';
import type { TalliedAttempt } from '../domain/sale-tally.js';
import { type AttemptRow, attemptOf } from './attempts.js';

/** Attempts read at once. The event loop is held up by one page: with 1,000, by up to 0.14 s. */
const ATTEMPTS_PER_PAGE = 250;

interface Row extends AttemptRow {
  entered_at: number;
  changed_at: number;
  standby_at: number | null;
  held_at: number | null;
}

/** An attempt with all that the ledger knows of it. */
export interface LedgeredAttempt extends TalliedAttempt {
  readonly record: AttemptRecord;
}

/** Which attempts of a sale are looked for. */
export interface AttemptFilter {
  readonly buyerId?: string | undefined;
  readonly ticket?: number | undefined;
}

/** What stands in a stretch of tickets. */
export interface Stretch {
  /** Units that these tickets have ever held. */
  readonly unitsHeld: number;
  /** How many of them stand by. */
  readonly standby: number;
}

function ledgeredOf(row: Row): LedgeredAttempt {
  const { record } = attemptOf(row);
  return {
    record,
    ticket: record.ticket,
    state: record.state,
    quantity: record.quantity,
    enteredAt: row.entered_at,
    standbyAt: row.standby_at,
    heldAt: row.held_at,
    changedAt: row.changed_at,
    wasHeld: record.holdExpiresAt !== null,
  };
}

/** One sale's attempts as the ledger has them, live and archived alike, for operators alone. */
export class SaleLedger {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** The attempts that follow a ticket, in ticket order. */
  async attempts(
    saleId: string,
    { buyerId, ticket }: AttemptFilter,
    after: number,
    limit: number,
  ): Promise<LedgeredAttempt[]> {
    const query = this.#of(saleId).where('ticket', '>', after).orderBy('ticket').limit(limit);
    if (buyerId !== undefined) query.where({ buyer_id: buyerId });
    if (ticket !== undefined) query.where({ ticket });
    return ((await query) as Row[]).map(ledgeredOf);
  }

  /** Every attempt in ticket order, page by page, so that neither side has to keep them all. */
  async *pages(saleId: string): AsyncGenerator<LedgeredAttempt[]> {
    for (let after = 0; ; ) {
      const page = await this.attempts(saleId, {}, after, ATTEMPTS_PER_PAGE);
      if (page.length > 0) yield page;
      if (page.length < ATTEMPTS_PER_PAGE) return;
      after = page.at(-1)?.ticket ?? after;
    }
  }

  /** What stands in the tickets from `from` up to, but without, `to`. */
  async stretch(saleId: string, from: number, to: number): Promise<Stretch> {
    const held = 'COALESCE(SUM(CASE WHEN hold_expires_at IS NULL THEN 0 ELSE quantity END), 0)';
    const row = await this.#of(saleId)
      .where('ticket', '>=', from)
      .where('ticket', '<', to)
      .first(
        this.#db.raw(`${held} AS units`),
        this.#db.raw("COALESCE(SUM(state = 'standby'), 0) AS standby"),
      );
    return { unitsHeld: Number(row?.units ?? 0), standby: Number(row?.standby ?? 0) };
  }

  /** The highest ticket that was ever held, or `null`. */
  async lastHeldTicket(saleId: string): Promise<number | null> {
    const row = await this.#of(saleId)
      .whereNotNull('hold_expires_at')
      .max({ ticket: 'ticket' })
      .first();
    return row?.ticket ?? null;
  }

  /** How many buyers have made an attempt. */
  async buyers(saleId: string): Promise<number> {
    const row = await this.#of(saleId).countDistinct({ buyers: 'buyer_id' }).first();
    return Number(row?.buyers ?? 0);
  }

  /** What was ordered of the sale, in minor units, at the prices of the orders. */
  async revenue(saleId: string): Promise<number> {
    const row = await this.#db('order_lines')
      .join('orders', 'orders.id', 'order_lines.order_id')
      .where({ 'orders.state': 'placed' })
      .where('attempt_id', 'like', `a${saleId.slice(1)}-%`)
      .first(this.#db.raw('COALESCE(SUM(quantity * price), 0) AS revenue'));
    return Number(row?.revenue ?? 0);
  }

  #of(saleId: string) {
    return this.#db('attempts').where({ sale_id: saleId });
  }
}
