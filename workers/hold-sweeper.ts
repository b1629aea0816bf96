import { laneKeys } from '../core/keys.js';
import type { Log } from '../core/log.js';
import { pause } from '../core/pause.js';
import type { RedisClient } from '../core/redis.js';
import { expire } from '../lua/expire.js';
import type { Ownership } from './ownership.js';

/** How often it looks for what is due; a hold ends at most this much after its deadline. */
const SWEEP_MS = 100;

/** Sales looked at in one sweep; the rest comes with the next one. */
const SALES_A_SWEEP = 100;

/** Ends holds whose deadline has passed, opens and closes the sales of one lane at their time. */
export class HoldSweeper {
  readonly #redis: RedisClient;
  readonly #ownership: Ownership;
  readonly #log: Log;

  constructor(redis: RedisClient, ownership: Ownership, log: Log) {
    this.#redis = redis;
    this.#ownership = ownership;
    this.#log = log;
  }

  /** Works until the ownership ends. */
  async run(): Promise<void> {
    const { signal } = this.#ownership;
    while (!signal.aborted) {
      const more = await this.#sweep().catch((error) => {
        this.#log.warn({ error: error.message }, 'sweeping failed');
        return false;
      });
      if (!more) await pause(SWEEP_MS, signal);
    }
  }

  /** Answers whether a sale had more than one call could end. */
  async #sweep(): Promise<boolean> {
    // By Redis time, as the script decides: a worker's own clock may be wrong.
    const [seconds, micros] = await this.#redis.time();
    const now = Number(seconds) * 1000 + Math.floor(Number(micros) / 1000);
    const { due } = laneKeys(this.#ownership.lane);
    const sales = await this.#redis.zrangebyscore(due, '-inf', now, 'LIMIT', 0, SALES_A_SWEEP);
    let more = false;
    for (const saleId of sales) {
      if (this.#ownership.signal.aborted) return false;
      more = (await this.#expire(saleId)) || more;
    }
    return more;
  }

  async #expire(saleId: string): Promise<boolean> {
    const result = await expire(this.#redis, this.#ownership, saleId);
    if (result.kind === 'behind' || result.kind === 'fenced') {
      this.#ownership.endBy(result.kind);
    }
    if (result.kind !== 'ok') return false;
    this.#ownership.saw(result.feedNumber);
    return result.more;
  }
}
