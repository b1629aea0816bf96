import type { Clock } from '../core/clock.js';
import type { Log } from '../core/log.js';
import { pause } from '../core/pause.js';

const LOOK_MS = 60_000;

/** Rows deleted by one statement: none of them holds its locks for long. */
const ROWS_A_STEP = 1_000;

/** Something that MySQL keeps for a while only. */
export interface Forgettable {
  /** For logs, such as `idempotency keys`. */
  readonly what: string;
  readonly keptMs: number;
  /** Deletes at most `limit` rows from before `before` (ms), and answers how many. */
  readonly forget: (before: number, limit: number) => Promise<number>;
}

/** Forgets what is old. Any number of workers may do it at the same time. */
export class Janitor {
  readonly #things: readonly Forgettable[];
  readonly #clock: Clock;
  readonly #log: Log;

  constructor(things: readonly Forgettable[], clock: Clock, log: Log) {
    this.#things = things;
    this.#clock = clock;
    this.#log = log;
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      for (const thing of this.#things) await this.#forgetAll(thing, signal);
      await pause(LOOK_MS, signal);
    }
  }

  async #forgetAll({ what, keptMs, forget }: Forgettable, signal: AbortSignal): Promise<void> {
    try {
      let forgotten = ROWS_A_STEP;
      while (forgotten === ROWS_A_STEP && !signal.aborted) {
        forgotten = await forget(this.#clock() - keptMs, ROWS_A_STEP);
      }
    } catch (error) {
      this.#log.warn({ what, error: (error as Error).message }, 'forgetting what is old failed');
    }
  }
}
