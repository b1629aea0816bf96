import { Durations } from '../../core/domain/durations.js';
import type { FeedEntry } from '../../core/feed.js';

/** Stretches of tickets whose decisions are awaited; what comes beyond is not measured. */
const STRETCH_LIMIT = 20_000;

/** Sales whose times are kept apart; those of more count for the gateway alone. */
const SALE_LIMIT = 200;

/** Upper ends of the buckets that `/metrics` shows, in seconds. */
const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300] as const;

/** Tickets that one batch got in one sale. */
interface Stretch {
  from: number;
  readonly to: number;
  /** When the first of them arrived, by the monotonic clock: a batch counts as its oldest. */
  readonly arrivedAt: number;
}

/** A histogram as Prometheus wants it. */
export interface ResultSeconds {
  readonly buckets: readonly { readonly le: number; readonly count: number }[];
  readonly count: number;
  readonly sum: number;
}

/**
 * How long results take, from an attempt's arrival at this gateway to the arrival of its decision
 * by the feed. Counted by batch: one attempt costs a clock reading and nothing else.
 */
export class ResultTimes {
  readonly #servingOf: (saleId: string) => number;
  readonly #now: () => number;
  /** Stretches by sale, in ticket order. */
  readonly #awaited = new Map<string, Stretch[]>();
  #stretches = 0;
  #slot = new Map<string, Durations>();
  readonly #upTo: number[] = SECONDS.map(() => 0);
  #count = 0;
  #sum = 0;

  /** @param servingOf the next ticket of a sale to be decided, as far as this gateway knows */
  constructor(servingOf: (saleId: string) => number, now = () => performance.now()) {
    this.#servingOf = servingOf;
    this.#now = now;
  }

  /** These tickets were given to attempts of this gateway. */
  entered(saleId: string, from: number, to: number, arrivedAt: number): void {
    if (this.#stretches >= STRETCH_LIMIT) return;
    const stretches = this.#awaited.get(saleId) ?? [];
    stretches.push({ from, to, arrivedAt });
    this.#stretches += 1;
    this.#awaited.set(saleId, stretches);
    // The feed may have been quicker than the batch's own answer.
    this.#served(saleId, stretches, this.#servingOf(saleId));
  }

  onEntry({ saleId, kind, counts }: Pick<FeedEntry, 'saleId' | 'kind' | 'counts'>): void {
    if (kind !== 'decided') return;
    const stretches = this.#awaited.get(saleId);
    if (stretches) this.#served(saleId, stretches, counts.serving);
  }

  /** Entries were missed or a lane began another life: nobody knows when these were decided. */
  forget(): void {
    this.#awaited.clear();
    this.#stretches = 0;
  }

  /** What was measured of a sale since the last `endSlot`. */
  ofSale(saleId: string): Durations | null {
    return this.#slot.get(saleId) ?? null;
  }

  endSlot(): void {
    this.#slot = new Map();
  }

  /** All since the gateway started. */
  get seconds(): ResultSeconds {
    let sum = 0;
    const buckets = SECONDS.map((le, i) => {
      sum += this.#upTo[i] as number;
      return { le, count: sum };
    });
    return { buckets, count: this.#count, sum: this.#sum };
  }

  #served(saleId: string, stretches: Stretch[], serving: number): void {
    let done = 0;
    for (const stretch of stretches) {
      if (stretch.from >= serving) break;
      const decided = Math.min(stretch.to + 1, serving) - stretch.from;
      this.#measure(saleId, this.#now() - stretch.arrivedAt, decided);
      stretch.from += decided;
      if (stretch.from <= stretch.to) break;
      done += 1;
    }
    stretches.splice(0, done);
    this.#stretches -= done;
    if (stretches.length === 0) this.#awaited.delete(saleId);
  }

  #measure(saleId: string, ms: number, times: number): void {
    const slot = SECONDS.findIndex((le) => ms <= le * 1_000);
    if (slot >= 0) this.#upTo[slot] = (this.#upTo[slot] ?? 0) + times;
    this.#count += times;
    this.#sum += (ms / 1_000) * times;
    let durations = this.#slot.get(saleId);
    if (!durations) {
      if (this.#slot.size >= SALE_LIMIT) return;
      durations = new Durations();
      this.#slot.set(saleId, durations);
    }
    durations.add(ms, times);
  }
}
