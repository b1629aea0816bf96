import { timestampOf } from '../../core/clock.js';
import type { OpsAttempt } from '../../core/contract.js';
import { outcomeOf, stepsOf } from '../../core/domain/attempt-story.js';
import type {
  AttemptFilter,
  LedgeredAttempt,
  SaleLedger,
  Stretch,
} from '../../core/stores/sale-ledger.js';
import type { SaleRow } from '../../core/stores/sales.js';
import { attemptView } from '../views.js';

/** Sales whose last held ticket is remembered. */
const REMEMBERED = 100;

/** Finds attempts of a sale and tells how each came out, and why. */
export class AttemptHistory {
  readonly #ledger: SaleLedger;
  /** Of each sale, at a feed number of it: to find it, MySQL may have to look at every attempt. */
  readonly #lastHeld = new Map<string, { readonly at: number; readonly ticket: number | null }>();

  constructor(ledger: SaleLedger) {
    this.#ledger = ledger;
  }

  /** The attempts that follow a ticket, in ticket order. */
  async find(
    sale: SaleRow,
    filter: AttemptFilter,
    after: number,
    limit: number,
  ): Promise<OpsAttempt[]> {
    const found = await this.#ledger.attempts(sale.id, filter, after, limit);
    if (found.length === 0) return [];
    const lastHeld = await this.#lastHeldOf(sale);
    const items: OpsAttempt[] = [];
    const before = { unitsHeld: 0, standby: 0 };
    let next = 1;
    for (const attempt of found) {
      if (attempt.ticket > next) {
        add(before, await this.#ledger.stretch(sale.id, next, attempt.ticket));
      }
      items.push(opsView(sale, attempt, before, lastHeld));
      add(before, stretchOf(attempt));
      next = attempt.ticket + 1;
    }
    return items;
  }

  async #lastHeldOf({ id, feedNumber }: SaleRow): Promise<number | null> {
    const known = this.#lastHeld.get(id);
    if (known?.at === feedNumber) return known.ticket;
    const ticket = await this.#ledger.lastHeldTicket(id);
    this.#lastHeld.delete(id);
    this.#lastHeld.set(id, { at: feedNumber, ticket });
    const [oldest] = this.#lastHeld.keys();
    if (this.#lastHeld.size > REMEMBERED && oldest !== undefined) this.#lastHeld.delete(oldest);
    return ticket;
  }
}

function stretchOf({ wasHeld, quantity, state }: LedgeredAttempt): Stretch {
  return { unitsHeld: wasHeld ? quantity : 0, standby: state === 'standby' ? 1 : 0 };
}

function add(sum: { unitsHeld: number; standby: number }, more: Stretch): void {
  sum.unitsHeld += more.unitsHeld;
  sum.standby += more.standby;
}

function aheadOf({ counts }: SaleRow, { state, ticket }: LedgeredAttempt, before: Stretch) {
  if (state === 'standby') return before.standby;
  return state === 'waiting' ? Math.max(0, ticket - counts.serving) : null;
}

function opsView(
  sale: SaleRow,
  attempt: LedgeredAttempt,
  before: Stretch,
  lastHeldTicket: number | null,
): OpsAttempt {
  const { record, ticket, enteredAt } = attempt;
  const steps = stepsOf(attempt);
  return {
    ...attemptView(sale.id, { record, ahead: aheadOf(sale, attempt, before) }),
    buyerId: record.buyerId,
    enteredAt: timestampOf(enteredAt),
    history: steps.map(({ state, at }, i) => ({
      state,
      at: timestampOf(at),
      reason: i === steps.length - 1 ? record.reason : null,
    })),
    explanation: {
      code: outcomeOf(attempt),
      lastHeldTicket,
      unitsHeldBefore: before.unitsHeld,
      ticketsBefore: ticket - 1,
    },
  };
}
