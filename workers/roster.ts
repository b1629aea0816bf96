import type { Log } from '../core/log.js';
import { pause } from '../core/pause.js';
import type { RedisClient } from '../core/redis.js';
import { signRoster } from '../lua/sign-roster.js';

/** What stands by for one lane in this worker. */
export interface Keeper {
  readonly owns: boolean;
  /** Gives the lane to a worker that has fewer. */
  yield(): void;
}

const SIGN_MS = 500;

/** A worker that gave no sign for this long no longer counts. */
const GOOD_FOR_MS = 2_000;

/**
 * How long a worker has more than its share before it gives a lane away: longer than a dead worker
 * stays on the roster, so that the lanes it left are not passed around meanwhile.
 */
const PATIENCE_MS = GOOD_FOR_MS + 2 * SIGN_MS;

/** Spreads the lanes evenly over the running workers, by what each of them sees for itself. */
export class Roster {
  readonly #redis: RedisClient;
  readonly #workerId: string;
  readonly #log: Log;
  readonly #keepers: Keeper[] = [];
  #running = 1;
  #overSince: number | null = null;

  constructor(redis: RedisClient, workerId: string, log: Log) {
    this.#redis = redis;
    this.#workerId = workerId;
    this.#log = log;
  }

  add(keeper: Keeper): void {
    this.#keepers.push(keeper);
  }

  get #owned(): Keeper[] {
    return this.#keepers.filter((keeper) => keeper.owns);
  }

  get #share(): number {
    return Math.ceil(this.#keepers.length / this.#running);
  }

  /** Whether this worker has as many lanes as an even spread gives it. */
  get hasShare(): boolean {
    return this.#owned.length >= this.#share;
  }

  #giveAway(now: number): void {
    if (this.#owned.length <= this.#share) {
      this.#overSince = null;
      return;
    }
    this.#overSince ??= now;
    if (now - this.#overSince < PATIENCE_MS) return;
    this.#owned.at(-1)?.yield();
    this.#overSince = null;
  }

  /** Signs on until the signal, and gives lanes away while it has more than its share. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        this.#running = await signRoster(this.#redis, this.#workerId, GOOD_FOR_MS);
        this.#giveAway(performance.now());
      } catch (error) {
        this.#log.warn({ error: (error as Error).message }, 'signing on failed');
      }
      await pause(SIGN_MS, signal);
    }
  }
}
