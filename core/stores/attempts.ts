import type { Database } from '../database.js';
import type { AttemptRecord, AttemptState } from '../domain/attempt.js';

/** A row of the table. */
export interface AttemptRow {
  sale_id: string;
  ticket: number;
  tag: string;
  buyer_id: string;
  quantity: number;
  state: AttemptState;
  version: number;
  hold_expires_at: number | null;
  order_id: string | null;
  reason: string | null;
}

/** An attempt of an archived sale. */
export interface ArchivedAttempt {
  readonly saleId: string;
  readonly record: AttemptRecord;
}

export function attemptOf(row: AttemptRow): ArchivedAttempt {
  const { ticket, state, version, quantity, tag, reason } = row;
  const record = {
    ticket,
    state,
    version,
    quantity,
    buyerId: row.buyer_id,
    tag,
    holdExpiresAt: row.hold_expires_at,
    orderId: row.order_id,
    reason,
  };
  return { saleId: row.sale_id, record };
}

/** The attempts of archived sales: nothing is merged, Redis has no trace of them. */
export class AttemptStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async find(saleId: string, ticket: number): Promise<ArchivedAttempt | null> {
    const row = await this.#archived().where({ sale_id: saleId, ticket }).first();
    return row ? attemptOf(row) : null;
  }

  /** A buyer's attempts, oldest first; of one sale or of all archived ones. */
  async ofBuyer(buyerId: string, saleId?: string): Promise<ArchivedAttempt[]> {
    const query = this.#archived()
      .where({ buyer_id: buyerId })
      .orderBy(['sales.created_at', 'sale_id', 'ticket']);
    if (saleId !== undefined) query.where({ sale_id: saleId });
    return (await query).map(attemptOf);
  }

  /** When a buyer's attempts entered, as far as the ledger knows: `saleId ticket` → milliseconds. */
  async entryTimes(buyerId: string): Promise<Map<string, number>> {
    const rows: { sale_id: string; ticket: number; entered_at: number }[] = await this.#db(
      'attempts',
    )
      .where({ buyer_id: buyerId })
      .select('sale_id', 'ticket', 'entered_at');
    return new Map(rows.map((row) => [`${row.sale_id} ${row.ticket}`, row.entered_at]));
  }

  /** What a buyer's idempotency key was answered with. */
  async keyed(
    saleId: string,
    buyerId: string,
    key: string,
  ): Promise<(ArchivedAttempt & { status: number; asked: number }) | null> {
    const used = await this.#db('used_keys')
      .where({ sale_id: saleId, buyer_id: buyerId, request_key: key })
      .first();
    const attempt = used && (await this.find(saleId, used.ticket));
    return attempt ? { ...attempt, status: used.status, asked: used.quantity } : null;
  }

  #archived() {
    return this.#db<AttemptRow>('attempts')
      .join('sales', 'sales.id', 'attempts.sale_id')
      .where({ 'sales.archived': 1 })
      .select('attempts.*');
  }
}
