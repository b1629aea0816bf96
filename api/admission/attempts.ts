import type { Attempt } from '../../core/contract.js';
import { type AttemptRef, laneOfSale, parseAttemptId } from '../../core/domain/ids.js';
import type { RedisClient } from '../../core/redis.js';
import type { ArchivedAttempt, AttemptStore } from '../../core/stores/attempts.js';
import { leave } from '../../lua/leave.js';
import { type PlacedAttempt, readAttempt, readBuyer } from '../../lua/read-attempts.js';
import type { LaneView } from '../../lua/script.js';
import type { Lanes } from '../lanes.js';
import type { SaleBook } from '../results/sale-book.js';
import { attemptView } from '../views.js';

export type AttemptResult =
  | { readonly kind: 'ok'; readonly attempt: Attempt }
  | { readonly kind: 'not-found' | 'recovering' | 'already-confirmed' | 'in-order' };

/** What buyers do with the attempts they have: read them, leave the line, give a hold back. */
export class Attempts {
  readonly #redis: RedisClient;
  readonly #lanes: Lanes;
  readonly #book: SaleBook;
  readonly #archive: AttemptStore;

  constructor(redis: RedisClient, lanes: Lanes, book: SaleBook, archive: AttemptStore) {
    this.#redis = redis;
    this.#lanes = lanes;
    this.#book = book;
    this.#archive = archive;
  }

  /** One attempt, if it is this buyer's. */
  async read(attemptId: string, buyerId: string): Promise<AttemptResult> {
    const ref = parseAttemptId(attemptId);
    if (!ref || !this.#lanes.has(ref.lane)) return { kind: 'not-found' };
    const view = this.#lanes.view(ref.lane);
    if (!view) return { kind: 'recovering' };
    const read = await readAttempt(this.#redis, view, ref.saleId, ref.ticket);
    if (read.kind === 'behind') return this.#behind(view);
    const placed = read.attempts[0] ?? (await this.#archived(ref));
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
    if (result.kind === 'not-found') return this.#leaveArchived(attemptId, buyerId);
    if (!('record' in result)) return result;
    this.#lanes.saw(view, result.feedNumber);
    const attempt = attemptView(ref.saleId, { record: result.record, ahead: null });
    return { kind: 'ok', attempt };
  }

  /** All that are archived have ended: nothing changes. */
  async #leaveArchived(attemptId: string, buyerId: string): Promise<AttemptResult> {
    const read = await this.read(attemptId, buyerId);
    const confirmed = read.kind === 'ok' && read.attempt.state === 'confirmed';
    return confirmed ? { kind: 'already-confirmed' } : read;
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
    if (read.attempts.length > 0 || this.#book.has(saleId)) {
      return read.attempts.map((placed) => attemptView(saleId, placed));
    }
    return (await this.#archive.ofBuyer(buyerId, saleId)).map(archivedView);
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

  /** All that the buyer ever had, oldest first; what the ledger has not heard of yet is newest. */
  async history(buyerId: string): Promise<Attempt[] | null> {
    const [old, live] = await Promise.all([this.#archive.ofBuyer(buyerId), this.ofBuyer(buyerId)]);
    if (!live) return null;
    const times = await this.#archive.entryTimes(buyerId);
    const enteredAt = ({ saleId, ticket }: Attempt) =>
      times.get(`${saleId} ${ticket}`) ?? Number.MAX_SAFE_INTEGER;
    return [...old.map(archivedView), ...live].sort((a, b) => enteredAt(a) - enteredAt(b));
  }

  async #archived(ref: AttemptRef): Promise<PlacedAttempt | null> {
    const found = await this.#archive.find(ref.saleId, ref.ticket);
    return found && { record: found.record, ahead: null };
  }

  #behind(view: LaneView): { readonly kind: 'recovering' } {
    this.#lanes.closeFor(view, 'behind');
    return { kind: 'recovering' };
  }
}

function archivedView({ saleId, record }: ArchivedAttempt): Attempt {
  return attemptView(saleId, { record, ahead: null });
}
