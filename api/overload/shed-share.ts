/** What one turn of the event loop showed. */
export interface LoadSample {
  /** Milliseconds, never falling. */
  readonly at: number;
  /** How much later than asked for the event loop ran a timer, in milliseconds. */
  readonly delay: number;
  /** Attempts that wait for their batch, in the fullest lane. */
  readonly depth: number;
  /** Whether every turn of the event loop since the last sample had a new connection to accept. */
  readonly crowded: boolean;
}

/** A standing event-loop delay above this is overload: a request waits for about two turns. */
export const DELAY_TARGET_MS = 100;

/** A standing depth above this is overload: ten batches of 500 stand before a new attempt. */
export const DEPTH_TARGET = 5_000;

/**
 * What a crowded sample counts as. libuv accepts one connection a turn, so a crowd with connections
 * of its own waits in the kernel while the turns stay short: 1,300 buyers waited for 23 s at a
 * delay of nothing. How many wait there cannot be seen, only that it is never empty.
 */
const CROWDED_PRESSURE = 2;

/**
 * As in CoDel, not the worst delay of a while counts but the least: a burst, a long garbage
 * collection or a process that was stopped for a moment is no overload, a delay that stays is.
 */
const WINDOW_MS = 1_000;
const WINDOW_SAMPLES = 3;

const ADJUST_MS = 100;

/**
 * Per adjustment: what is let in falls by up to 5 % and rises by at most 2 %. Simulated against
 * 1.2 to 20 times the capacity: it settles within 1 % of the right share. Twice as fast, or without
 * the division by the pressure, it swings by 0.2 and more, and idles up to half of the time.
 */
const FALL = 0.05;
const RISE = 0.02;
const RISE_LEAST = 0.001;

/** So much is always let in: without any work done nobody could tell when it is over. */
const LEAST_ADMITTED = 0.01;

/**
 * The share of requests that is to be refused. It goes up and down in proportion to how far the
 * load is from its target, never at once from none to all: switching on and off would send the
 * clients away and call them back in step. Pure: time and load come in.
 */
export class ShedShare {
  #admitted = 1;
  #pressure = 0;
  #window: LoadSample[] = [];
  #adjustedAt = Number.NEGATIVE_INFINITY;

  /** From 0 (everybody is let in) to 0.99. */
  get share(): number {
    const admitted = this.#admitted / Math.max(1, this.#pressure);
    return 1 - Math.max(LEAST_ADMITTED, admitted);
  }

  /** The delay that stands: the least of the last second. */
  get standingDelay(): number {
    return this.#window.length === 0 ? 0 : Math.min(...this.#window.map(({ delay }) => delay));
  }

  observe(sample: LoadSample): void {
    this.#window.push(sample);
    while (this.#oldestIsNeedless(sample.at)) this.#window.shift();
    if (sample.at - this.#adjustedAt < ADJUST_MS) return;
    this.#adjustedAt = sample.at;
    this.#pressure = this.#standingPressure();
    this.#adjust(this.#pressure);
  }

  #oldestIsNeedless(now: number): boolean {
    const [oldest] = this.#window;
    return this.#window.length > WINDOW_SAMPLES && !!oldest && now - oldest.at > WINDOW_MS;
  }

  /** 1 is the target. */
  #standingPressure(): number {
    if (this.#window.length < WINDOW_SAMPLES) return 0;
    const each = this.#window.map(({ delay, depth, crowded }) =>
      Math.max(delay / DELAY_TARGET_MS, depth / DEPTH_TARGET, crowded ? CROWDED_PRESSURE : 0),
    );
    return Math.min(...each);
  }

  #adjust(pressure: number): void {
    if (pressure > 1) {
      const fall = 1 - FALL * Math.min(1, pressure - 1);
      this.#admitted = Math.max(LEAST_ADMITTED, this.#admitted * fall);
      return;
    }
    const rise = 1 + RISE * (1 - pressure);
    this.#admitted = Math.min(1, this.#admitted * rise + RISE_LEAST);
  }
}
