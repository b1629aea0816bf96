import type { Log } from '../core/log.js';
import { pause } from '../core/pause.js';
import type { RedisClient } from '../core/redis.js';
import type { SaleStore } from '../core/stores/sales.js';
import { archiveSale, purgeSale } from '../lua/archive.js';
import type { Ownership } from './ownership.js';

/** How often it looks for finished sales: a tenth of the time that they have to be quiet, in bounds. */
const LEAST_LOOK_MS = 1_000;
const MOST_LOOK_MS = 10_000;

/** Sales handled in one look; the rest comes with the next one. */
const SALES_A_LOOK = 100;

/** Moves the finished sales of one lane out of Redis; the ledger has them for good. */
export class Archiver {
  readonly #redis: RedisClient;
  readonly #sales: SaleStore;
  readonly #ownership: Ownership;
  readonly #quietMs: number;
  readonly #log: Log;

  /** @param quietMs how long nothing has happened in a sale before it is archived */
  constructor(
    redis: RedisClient,
    sales: SaleStore,
    ownership: Ownership,
    quietMs: number,
    log: Log,
  ) {
    this.#redis = redis;
    this.#sales = sales;
    this.#ownership = ownership;
    this.#quietMs = quietMs;
    this.#log = log;
  }

  /** Works until the ownership ends. */
  async run(): Promise<void> {
    const { signal } = this.#ownership;
    const lookMs = Math.min(Math.max(this.#quietMs / 10, LEAST_LOOK_MS), MOST_LOOK_MS);
    while (!signal.aborted) {
      await this.#look().catch((error) =>
        this.#log.warn({ error: error.message }, 'archiving failed'),
      );
      await pause(lookMs, signal);
    }
  }

  async #look(): Promise<void> {
    const { lane, signal } = this.#ownership;
    // By the worker's clock only as a first sieve: the script asks Redis's own.
    const before = Date.now() - this.#quietMs;
    for (const saleId of await this.#sales.finished(lane, before, SALES_A_LOOK)) {
      if (signal.aborted) return;
      const result = await archiveSale(this.#redis, this.#ownership, saleId, this.#quietMs);
      if (result.kind === 'behind' || result.kind === 'fenced') {
        return this.#ownership.endBy(result.kind);
      }
      if (result.kind === 'ok') this.#ownership.saw(result.feedNumber);
    }
    for (const saleId of await this.#sales.archivedInRedis(lane, SALES_A_LOOK)) {
      if (signal.aborted) return;
      await purgeSale(this.#redis, lane, saleId);
      await this.#sales.purged(saleId);
      this.#log.info({ saleId }, 'sale archived');
    }
  }
}
