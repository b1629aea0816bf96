import type { Attempt, Problem } from '../../core/contract.js';
import { laneOfSale } from '../../core/domain/ids.js';
import type { AttemptStore } from '../../core/stores/attempts.js';
import type { SaleStore } from '../../core/stores/sales.js';
import type { EntryResult } from '../../lua/enter.js';
import {
  invalidRequest,
  KEY_REUSED,
  NO_SUCH_SALE,
  OVERLOADED,
  problem,
  RECOVERING,
  saleNotOpen,
} from '../problems.js';
import { attemptView } from '../views.js';
import type { LaneIntake } from './intake.js';
import type { SoldOutMemory } from './sold-out-memory.js';

/** A buyer's wish, as both doors hand it over: the buyer comes from the verified token. */
export interface AttemptWish {
  readonly saleId: string;
  readonly buyerId: string;
  readonly quantity: number;
  /** The Idempotency-Key or the socket's requestId, '' for none. */
  readonly key: string;
}

export type AttemptAnswer =
  | { readonly ok: true; readonly status: 200 | 202; readonly attempt: Attempt }
  | { readonly ok: false; readonly problem: Problem };

const KEYS_USED_UP = problem(
  'too-many-requests',
  'You have used too many idempotency keys in this sale. Send a retry with the key of its request.',
  { retryAfter: 60 },
);

const SALE_CLOSED = problem('sale-closed', 'This sale has ended.');

const SOLD_OUT = problem(
  'sold-out',
  'Nothing is left, and nothing can come back for a new attempt.',
);

const OVER_LIMIT = problem(
  'over-limit',
  'This is more than one buyer may buy in this sale, or you have tried too often.',
);

type Refusal = Extract<EntryResult, { kind: 'refused' }>;

function problemOf(refused: Refusal): Problem {
  switch (refused.refusal) {
    case 'sale-not-open':
      return saleNotOpen(refused.opensAt);
    case 'sale-not-found':
      return NO_SUCH_SALE;
    case 'idempotency-key-reused':
      return KEY_REUSED;
    case 'too-many-keys':
      return KEYS_USED_UP;
    case 'over-limit':
      return OVER_LIMIT;
    case 'sale-closed':
      return SALE_CLOSED;
    case 'sale-paused':
      return problem('sale-paused', 'Nobody can enter right now. Places in line are kept.');
    case 'sold-out':
      return SOLD_OUT;
    case 'invalid':
      return invalidRequest([{ path: 'quantity', message: 'is out of bounds' }]);
  }
}

/**
 * The one way into a line. HTTP and Socket.IO both end here: which door a buyer takes changes
 * nothing about the answer.
 */
export class AttemptDoor {
  readonly #intakes: ReadonlyMap<number, LaneIntake>;
  readonly #soldOut: SoldOutMemory;
  readonly #sales: SaleStore;
  readonly #archive: AttemptStore;

  constructor(
    intakes: ReadonlyMap<number, LaneIntake>,
    soldOut: SoldOutMemory,
    sales: SaleStore,
    archive: AttemptStore,
  ) {
    this.#intakes = intakes;
    this.#soldOut = soldOut;
    this.#sales = sales;
    this.#archive = archive;
  }

  async enter(wish: AttemptWish): Promise<AttemptAnswer> {
    const lane = laneOfSale(wish.saleId);
    const intake = lane === null ? undefined : this.#intakes.get(lane);
    if (!intake) return { ok: false, problem: NO_SUCH_SALE };
    if (this.#soldOut.answers(wish.saleId, wish.buyerId, wish.quantity)) {
      return { ok: false, problem: SOLD_OUT };
    }
    const result = await intake.join(wish);
    switch (result.kind) {
      case 'accepted':
      case 'existing': {
        const attempt = attemptView(wish.saleId, result);
        return { ok: true, status: result.kind === 'accepted' ? 202 : 200, attempt };
      }
      case 'refused':
        if (result.refusal === 'sale-not-found') return this.#archived(wish);
        return { ok: false, problem: problemOf(result) };
      case 'overloaded':
        return { ok: false, problem: OVERLOADED };
      case 'recovering':
        return { ok: false, problem: RECOVERING };
    }
  }

  /** Redis knows no such sale: it may be an archived one. A known key is answered all the same. */
  async #archived({ saleId, buyerId, key, quantity }: AttemptWish): Promise<AttemptAnswer> {
    const sale = await this.#sales.find(saleId);
    if (!sale?.archived) return { ok: false, problem: NO_SUCH_SALE };
    const known = key === '' ? null : await this.#archive.keyed(saleId, buyerId, key);
    if (!known) return { ok: false, problem: SALE_CLOSED };
    if (known.asked !== quantity) return { ok: false, problem: KEY_REUSED };
    const attempt = attemptView(saleId, { record: known.record, ahead: null });
    return { ok: true, status: known.status === 202 ? 202 : 200, attempt };
  }
}
