import { laneOfSale } from '../../core/domain/ids.js';
import { saleStateAt } from '../../core/domain/sale.js';
import type { FeedEntry } from '../../core/feed.js';
import { saleKeys } from '../../core/keys.js';
import type { Log } from '../../core/log.js';
import type { RedisClient } from '../../core/redis.js';
import type { Lanes } from '../lanes.js';
import type { SaleBook } from '../results/sale-book.js';

/** Buyers read from Redis in one step. */
const SCAN_COUNT = 1_000;

/** Sales remembered at once, and buyers a sale: beyond, the door asks Redis as it always did. */
const SALE_LIMIT = 200;
const BUYER_LIMIT = 1_000_000;

interface Memory {
  /** Who ever entered: they may have a live attempt, or a key that is known. */
  readonly buyers: Set<string>;
  /** False until all of them have been read. */
  complete: boolean;
}

/**
 * Sales that are sold out, as the feed tells it, with everybody who entered them: whoever did not
 * is answered without a trip to Redis. While a sale is sold out nobody can enter it, so the list of
 * buyers is read once and stays true; with the first entry that brings stock back it is dropped.
 */
export class SoldOutMemory {
  readonly #redis: RedisClient;
  readonly #lanes: Lanes;
  readonly #book: SaleBook;
  readonly #log: Log;
  readonly #memories = new Map<string, Memory>();

  constructor(redis: RedisClient, lanes: Lanes, book: SaleBook, log: Log) {
    this.#redis = redis;
    this.#lanes = lanes;
    this.#book = book;
    this.#log = log;
  }

  /** The book has taken the entry in already. */
  onEntry({ saleId }: Pick<FeedEntry, 'saleId'>): void {
    const sale = this.#book.get(saleId);
    const soldOut = sale !== null && saleStateAt(sale, this.#book.now) === 'sold-out';
    if (!soldOut) {
      this.#memories.delete(saleId);
    } else if (!this.#memories.has(saleId) && this.#memories.size < SALE_LIMIT) {
      const memory = { buyers: new Set<string>(), complete: false };
      this.#memories.set(saleId, memory);
      this.#readBuyers(saleId, memory).catch((error) => {
        this.#memories.delete(saleId);
        this.#log.warn({ saleId, error: error.message }, 'buyers of a sold-out sale not read');
      });
    }
  }

  /** Forgets all: entries were missed, or a lane lost data. */
  clear(): void {
    this.#memories.clear();
  }

  /** Whether this wish is sure to be answered `sold-out`. */
  answers(saleId: string, buyerId: string, quantity: number): boolean {
    const memory = this.#memories.get(saleId);
    if (!memory?.complete || memory.buyers.has(buyerId)) return false;
    const lane = laneOfSale(saleId);
    if (lane === null || this.#lanes.view(lane) === null) return false;
    const sale = this.#book.get(saleId);
    // What is checked before `sold-out` is left to Redis: closed, paused, over the limit.
    if (!sale || quantity > sale.config.perBuyerLimit) return false;
    return saleStateAt(sale, this.#book.now) === 'sold-out';
  }

  async #readBuyers(saleId: string, memory: Memory): Promise<void> {
    const lane = laneOfSale(saleId);
    if (lane === null) return;
    const { buyers } = saleKeys(lane, saleId);
    let cursor = '0';
    do {
      const [next, fields] = await this.#redis.hscan(buyers, cursor, 'COUNT', SCAN_COUNT);
      for (let i = 0; i < fields.length; i += 2) memory.buyers.add(fields[i] as string);
      cursor = next;
      if (memory.buyers.size > BUYER_LIMIT) return;
    } while (cursor !== '0' && this.#memories.get(saleId) === memory);
    memory.complete = cursor === '0';
  }
}
