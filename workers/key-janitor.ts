import type { Clock } from '../core/clock.js';
import type { Log } from '../core/log.js';
import { pause } from '../core/pause.js';
import type { IdempotencyStore } from '../core/stores/ops.js';

/** How long a key is remembered at least: twice what the contract promises. */
const KEPT_MS = 48 * 3_600_000;

const LOOK_MS = 60_000;

/** Rows deleted by one statement: none of them holds its locks for long. */
const ROWS_A_STEP = 1_000;

/** Forgets old idempotency keys. Any number of workers may do it at the same time. */
export class KeyJanitor {
  readonly #keys: IdempotencyStore;
  readonly #clock: Clock;
  readonly #log: Log;

  constructor(keys: IdempotencyStore, clock: Clock, log: Log) {
    this.#keys = keys;
    this.#clock = clock;
    this.#log = log;
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        const forgotten = await this.#keys.forget(this.#clock() - KEPT_MS, ROWS_A_STEP);
        if (forgotten === ROWS_A_STEP) continue;
      } catch (error) {
        this.#log.warn({ error: (error as Error).message }, 'forgetting old keys failed');
      }
      await pause(LOOK_MS, signal);
    }
  }
}
