/** Each bucket reaches 5 % further than the one before: that is how far a percentile may be off. */
const GROWTH = Math.log(1.05);

/** The steps in which people are shown a distribution, in milliseconds. */
const SHOWN_UP_TO = [
  100, 250, 500, 1_000, 2_000, 5_000, 10_000, 30_000, 60_000, 120_000, 300_000, 600_000, 1_800_000,
  3_600_000,
];

export interface DurationSummary {
  count: number;
  p50: number | null;
  p95: number | null;
  p99: number | null;
  max: number | null;
  /** Each counts what is above the one before and not above `upToMs`; `null` is the rest. */
  buckets: { upToMs: number | null; count: number }[];
}

/** Counts by bucket and the longest one, small enough to be stored: what two of them add up to. */
export interface DurationCounts {
  readonly counts: readonly (readonly [bucket: number, count: number])[];
  readonly max: number;
}

function bucketOf(ms: number): number {
  return ms <= 1 ? 0 : Math.ceil(Math.log(ms) / GROWTH);
}

function endOf(bucket: number): number {
  return Math.ceil(Math.exp(bucket * GROWTH));
}

/** Durations in milliseconds, counted rather than kept: a million of them take a few hundred numbers. */
export class Durations {
  readonly #counts = new Map<number, number>();
  readonly #shown: number[] = new Array(SHOWN_UP_TO.length + 1).fill(0);
  #count = 0;
  #max = 0;

  get count(): number {
    return this.#count;
  }

  /** One below 0, which only a clock that was set back can make, counts as 0. */
  add(ms: number, times = 1): void {
    const at = Math.max(0, ms);
    this.#put(bucketOf(at), times);
    const shown = SHOWN_UP_TO.findIndex((upTo) => at <= upTo);
    const slot = shown === -1 ? SHOWN_UP_TO.length : shown;
    this.#shown[slot] = (this.#shown[slot] ?? 0) + times;
    this.#max = Math.max(this.#max, at);
  }

  /** Takes in what another process has counted; such ones are summed up by percentiles alone. */
  merge({ counts, max }: DurationCounts): void {
    for (const [bucket, count] of counts) this.#put(bucket, count);
    this.#max = Math.max(this.#max, max);
  }

  /** The duration that this share of all is not above; `null` when there are none. */
  percentile(share: number): number | null {
    if (this.#count === 0) return null;
    let left = Math.max(1, Math.ceil(share * this.#count));
    for (const [bucket, count] of this.#sorted()) {
      left -= count;
      if (left <= 0) return Math.min(endOf(bucket), Math.ceil(this.#max));
    }
    return this.#max;
  }

  summary(): DurationSummary {
    return {
      count: this.#count,
      p50: this.percentile(0.5),
      p95: this.percentile(0.95),
      p99: this.percentile(0.99),
      max: this.#count === 0 ? null : this.#max,
      buckets: this.#shown.map((count, i) => ({ upToMs: SHOWN_UP_TO[i] ?? null, count })),
    };
  }

  toCounts(): DurationCounts {
    return { counts: this.#sorted(), max: this.#max };
  }

  #put(bucket: number, times: number): void {
    this.#counts.set(bucket, (this.#counts.get(bucket) ?? 0) + times);
    this.#count += times;
  }

  #sorted(): [number, number][] {
    return [...this.#counts].sort(([a], [b]) => a - b);
  }
}
