import type { Clock } from '../../core/clock.js';
import { laneOfSale } from '../../core/domain/ids.js';
import type { SaleRecord } from '../../core/domain/sale.js';
import type { FeedEntry } from '../../core/feed.js';

/** Seconds over which decisions are averaged. */
const RATE_SECONDS = 5;

interface Page {
  sale: SaleRecord;
  /** Feed number up to which `sale` is true. */
  number: number;
  /** Decisions by second: a ring of the last seconds. */
  readonly rate: Map<number, number>;
}

/**
 * Every sale of the open lanes, as the feed tells it: what a gateway pushes comes from here, so
 * that a change costs no read of Redis however many buyers watch.
 */
export class SaleBook {
  readonly #clock: Clock;
  readonly #pages = new Map<string, Page>();
  #skew = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Redis time as far as this gateway can tell, in milliseconds. */
  get now(): number {
    return this.#clock() + this.#skew;
  }

  /** Keeps the clock close to Redis time. */
  setTime(redisNow: number): void {
    this.#skew = redisNow - this.#clock();
  }

  has(saleId: string): boolean {
    return this.#pages.has(saleId);
  }

  get(saleId: string): SaleRecord | null {
    return this.#pages.get(saleId)?.sale ?? null;
  }

  /** A sale with the feed number up to which it is true. */
  page(saleId: string): { readonly sale: SaleRecord; readonly number: number } | null {
    return this.#pages.get(saleId) ?? null;
  }

  /** Forgets all sales of a lane that begins another life, and answers what was known of them. */
  forget(lane: number): SaleRecord[] {
    const gone = [...this.#pages.values()].filter(({ sale }) => laneOfSale(sale.id) === lane);
    for (const { sale } of gone) this.#pages.delete(sale.id);
    return gone.map(({ sale }) => sale);
  }

  /** All sales known, in no order. */
  *all(): Generator<SaleRecord> {
    for (const { sale } of this.#pages.values()) yield sale;
  }

  /** Ids of all sales known, in no order. */
  get ids(): string[] {
    return [...this.#pages.keys()];
  }

  /** Attempts that wait in the lines of these sales. */
  waitingIn(saleIds: Iterable<string>): number {
    let waiting = 0;
    for (const id of saleIds) waiting += this.get(id)?.counts.waiting ?? 0;
    return waiting;
  }

  /** Decisions a second, averaged over the last five. */
  perSecond(saleId: string): number {
    const page = this.#pages.get(saleId);
    if (!page) return 0;
    const second = Math.floor(this.now / 1000);
    let decisions = 0;
    for (const [at, count] of page.rate) if (at > second - RATE_SECONDS) decisions += count;
    return decisions / RATE_SECONDS;
  }

  /** Takes in a sale as read from Redis at feed number `number`. */
  put(sale: SaleRecord, number: number): void {
    if (sale.archived) return;
    const known = this.#pages.get(sale.id);
    if (known && known.number >= number) return;
    this.#pages.set(sale.id, { sale, number, rate: known?.rate ?? new Map() });
  }

  /** Takes in one feed entry; an older one than what is known changes nothing. */
  apply(entry: FeedEntry): void {
    const page = this.#pages.get(entry.saleId);
    if (page && page.number >= entry.number) return;
    const config = entry.config === '' ? page?.sale.config : JSON.parse(entry.config);
    if (!config) return;
    if (entry.archived) {
      this.#pages.delete(entry.saleId);
      return;
    }
    const { saleId: id, pausedFor, closed, archived, counts } = entry;
    const decided = page ? counts.serving - page.sale.counts.serving : 0;
    const rate = page?.rate ?? new Map<number, number>();
    if (decided > 0) this.#count(rate, entry.time, decided);
    this.#pages.set(id, {
      sale: { id, config, pausedFor, closed, archived, counts },
      number: entry.number,
      rate,
    });
  }

  #count(rate: Map<number, number>, time: number, decided: number): void {
    const second = Math.floor(time / 1000);
    rate.set(second, (rate.get(second) ?? 0) + decided);
    for (const at of rate.keys()) if (at <= second - RATE_SECONDS) rate.delete(at);
  }
}
