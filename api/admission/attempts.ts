import type { Attempt } from '../../core/contract.js';
import { laneOfSale, parseAttemptId } from '../../core/domain/ids.js';
import type { RedisClient } from '../../core/redis.js';
import { leave } from '../../lua/leave.js';
import { readAttempt, readBuyer } from '../../lua/read-attempts.js';
import type { LaneView } from '../../lua/script.js';
import type { Lanes } from '../lanes.js';
import type { SaleBook } from '../results/sale-book.js';
import { attemptView } from '../views.js';

export type AttemptResult =
  | { readonly kind: 'ok'; readonly attempt: Attempt }
  | { readonly kind: 'not-found' | 'recovering' | 'already-confirmed' };

/** What buyers do with the attempts they have: read them, leave the line, give a hold back. */
export class Attempts {
  readonly #redis: RedisClient;
  readonly #lanes: Lanes;
  readonly #book: SaleBook;

  constructor(redis: RedisClient, lanes: Lanes, book: SaleBook) {
    this.#redis = redis;
    this.#lanes = lanes;
    this.#book = book;
  }

  /** One attempt, if it is this buyer's. */
  async read(attemptId: string, buyerId: string): Promise<AttemptResult> {
    const ref = parseAttemptId(attemptId);
    if (!ref || !this.#lanes.has(ref.lane)) return { kind: 'not-found' };
    const view = this.#lanes.view(ref.lane);
    if (!view) return { kind: 'recovering' };
    const read = await readAttempt(this.#redis, view, ref.saleId, ref.ticket);
    if (read.kind === 'behind') return this.#behind(view);
    const [placed] = read.attempts;
    if (!placed || placed.record.tag !== ref.tag || placed.record.buyerId !== buyerId) {
      return { kind: 'not-found' };
    }
    return { kind: 'ok', attempt: attemptView(ref.saleId, placed) };
  }

  /** Leaves the line or releases the hold; an attempt that has ended stays as it is. */
  async leave(attemptId: string, buyerId: string): Promise<AttemptResult> {
    const ref = parseAttemptId(attemptId);
    if (!ref || !this.#lanes.has(ref.lane)) return { kind: 'not-found' };
    const view = this.#lanes.view(ref.lane);
    if (!view) return { kind: 'recovering' };
    const result = await leave(this.#redis, view, ref, buyerId);
    if (result.kind === 'behind') return this.#behind(view);
    if (result.kind === 'not-found' || result.kind === 'already-confirmed') return result;
    this.#lanes.saw(view.lane, result.feedNumber);
    const attempt = attemptView(ref.saleId, { record: result.record, ahead: null });
    return { kind: 'ok', attempt };
  }

  /** A buyer's attempts in one sale, oldest first; `null` while its lane is not open. */
  async ofSale(saleId: string, buyerId: string): Promise<Attempt[] | null> {
    const lane = laneOfSale(saleId);
    if (lane === null || !this.#lanes.has(lane)) return [];
    const view = this.#lanes.view(lane);
    if (!view) return null;
    const read = await readBuyer(this.#redis, view, saleId, buyerId);
    if (read.kind === 'behind') {
      this.#behind(view);
      return null;
    }
    return read.attempts.map((placed) => attemptView(saleId, placed));
  }

  /** A buyer's attempts in all sales that are not archived; `null` while a lane is not open. */
  async ofBuyer(buyerId: string): Promise<Attempt[] | null> {
    const sales = this.#book.ids
      .map((id) => ({ id, createdAt: this.#book.get(id)?.config.createdAt ?? 0 }))
      .sort((a, b) => a.createdAt - b.createdAt);
    const all = await Promise.all(sales.map(({ id }) => this.ofSale(id, buyerId)));
    return all.some((attempts) => attempts === null) ? null : all.flatMap((some) => some ?? []);
  }

  /** The latest attempt in each sale: what a client is told when it connects. */
  async latest(buyerId: string): Promise<Attempt[] | null> {
    const all = await this.ofBuyer(buyerId);
    return all && [...new Map(all.map((attempt) => [attempt.saleId, attempt])).values()];
  }

  #behind(view: LaneView): { readonly kind: 'recovering' } {
    this.#lanes.closeFor(view.lane, 'behind');
    return { kind: 'recovering' };
  }
}
