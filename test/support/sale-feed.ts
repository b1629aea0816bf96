import { setTimeout as sleep } from 'node:timers/promises';
import { laneOfSale } from '../../core/domain/ids.js';
import { type FeedEntry, parseFeedEntry } from '../../core/feed.js';
import { laneKeys } from '../../core/keys.js';
import type { RedisClient } from '../../core/redis.js';

/** How often the feed is read along: often enough that nothing is trimmed, seldom enough to be no load. */
const LOOK_MS = 20;

/** What a lane's feed has said about one sale, from the lane's first entry on, none left out. */
export class SaleFeed {
  readonly entries: FeedEntry[] = [];
  readonly #redis: RedisClient;
  readonly #saleId: string;
  readonly #key: string;
  #at = 0;

  constructor(redis: RedisClient, saleId: string) {
    this.#redis = redis;
    this.#saleId = saleId;
    this.#key = laneKeys(laneOfSale(saleId) as number).feed;
  }

  /**
   * Reads on to the newest entry; answers all of the sale's entries.
   * @throws Error when a number is missing: skipped, or trimmed before it was read here
   */
  async read(): Promise<readonly FeedEntry[]> {
    for (;;) {
      const page = await this.#redis.xrange(this.#key, `(${this.#at}-0`, '+', 'COUNT', 500);
      for (const [id, fields] of page) {
        const entry = parseFeedEntry(id, fields);
        if (entry.number !== this.#at + 1) throw new Error(`${this.#at}, then ${entry.number}`);
        this.#at = entry.number;
        if (entry.saleId === this.#saleId) this.entries.push(entry);
      }
      if (page.length === 0) return this.entries;
    }
  }

  /** Reads along while something is done, so that nothing is trimmed before it was read. */
  async during<T>(doing: Promise<T>): Promise<T> {
    let over = false;
    const ended = doing.finally(() => {
      over = true;
    });
    const reading = (async () => {
      while (!over) {
        await this.read();
        await sleep(LOOK_MS);
      }
    })();
    const [result] = await Promise.all([ended, reading]);
    await this.read();
    return result;
  }

  /** Every place in which units do not add up or a count is below zero. */
  get stockFaults(): string[] {
    return this.entries.flatMap((entry) => {
      const { total, available, held, sold, waiting, standby } = entry.counts;
      const counts = [total, available, held, sold, waiting, standby];
      const sound = counts.every((count) => Number.isInteger(count) && count >= 0);
      if (sound && total === available + held + sold) return [];
      return [`${entry.number} ${entry.kind} ${JSON.stringify(entry.counts)}`];
    });
  }

  /** Tickets in the order in which they were given stock. */
  get served(): number[] {
    const held = new Set<number>();
    for (const entry of this.entries) {
      for (const { ticket, state } of entry.attempts()) if (state === 'held') held.add(ticket);
    }
    return [...held];
  }
}
