import type { Log } from '../core/log.js';
import { pause } from '../core/pause.js';
import type { RedisClient } from '../core/redis.js';
import { signRoster } from '../lua/sign-roster.js';
import type { LaneKeeper } from './lane-keeper.js';

const SIGN_MS = 500;

/** A worker that gave no sign for this long no longer counts. */
const GOOD_FOR_MS = 2_000;

/** Spreads the lanes evenly over the running workers, by what each of them sees for itself. */
export class Roster {
  readonly #redis: RedisClient;
  readonly #workerId: string;
  readonly #log: Log;
  readonly #keepers: LaneKeeper[] = [];
  #running = 1;

  constructor(redis: RedisClient, workerId: string, log: Log) {
    this.#redis = redis;
    this.#workerId = workerId;
    this.#log = log;
  }

  add(keeper: LaneKeeper): void {
    this.#keepers.push(keeper);
  }

  get #owned(): LaneKeeper[] {
    return this.#keepers.filter((keeper) => keeper.owns);
  }

  get #share(): number {
    return Math.ceil(this.#keepers.length / this.#running);
  }

  /** Whether this worker has as many lanes as an even spread gives it. */
  get hasShare(): boolean {
    return this.#owned.length >= this.#share;
  }

  /** Signs on until the signal, and gives lanes away while it has more than its share. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        this.#running = await signRoster(this.#redis, this.#workerId, GOOD_FOR_MS);
        if (this.#owned.length > this.#share) this.#owned.at(-1)?.yield();
      } catch (error) {
        this.#log.warn({ error: (error as Error).message }, 'signing on failed');
      }
      await pause(SIGN_MS, signal);
    }
  }
}
