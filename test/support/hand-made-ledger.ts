import type { Database } from '../../core/database.js';
import type { AttemptState } from '../../core/domain/attempt.js';

/** An attempt as a test wants it in the ledger; times in milliseconds since the epoch. */
export interface HandMade {
  readonly state: AttemptState;
  readonly enteredAt: number;
  readonly changedAt: number;
  readonly standbyAt?: number;
  readonly heldAt?: number;
}

const ROWS_PER_INSERT = 2_000;

/** Writes attempts of one sale into the ledger, with tickets from 1, as if they had been lived. */
export async function writeByHand(
  db: Database,
  saleId: string,
  attempts: readonly HandMade[],
): Promise<void> {
  const rows = attempts.map(({ state, enteredAt, changedAt, standbyAt, heldAt }, i) => ({
    sale_id: saleId,
    ticket: i + 1,
    tag: 'aaaaaa',
    buyer_id: `buyer-${i % 1_000}-${Math.floor(i / 1_000)}`,
    quantity: 1,
    state,
    version: 2,
    hold_expires_at: heldAt === undefined ? null : heldAt + 60_000,
    entered_at: enteredAt,
    changed_at: changedAt,
    standby_at: standbyAt ?? null,
    held_at: heldAt ?? null,
  }));
  for (let from = 0; from < rows.length; from += ROWS_PER_INSERT) {
    await db('attempts').insert(rows.slice(from, from + ROWS_PER_INSERT));
  }
}
