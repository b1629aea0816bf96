import type { SaleRecord } from '../core/domain/sale.js';
import type { FeedEntry } from '../core/feed.js';
import type { Log } from '../core/log.js';
import { connectRedis, type RedisClient } from '../core/redis.js';
import type { SaleStore } from '../core/stores/sales.js';
import { readLane } from '../lua/read-lane.js';
import { readSale } from '../lua/read-sale.js';
import type { LaneView } from '../lua/script.js';
import type { Lanes } from './lanes.js';
import type { Metrics } from './metrics.js';
import type { Catalog } from './results/catalog.js';
import { type FeedListener, FeedTail } from './results/feed-tail.js';
import type { SaleBook } from './results/sale-book.js';

/** What the gateway has to do with a feed's entries besides keeping its book. */
export interface EntryListener {
  onEntry(entry: FeedEntry): void;
  /** Entries were missed: clients have to be told anew what there is. */
  onMissed(): Promise<void>;
}

/** Loads the sales of each lane that opens, and follows its feed from there. */
export class LaneLinks implements FeedListener {
  readonly #redisUrl: string;
  readonly #redis: RedisClient;
  readonly #store: SaleStore;
  readonly #book: SaleBook;
  readonly #catalog: Catalog;
  readonly #log: Log;
  readonly #metrics: Pick<Metrics, 'lostTickets'>;
  readonly #tails = new Map<number, FeedTail>();
  #lanes: Lanes | null = null;
  #listener: EntryListener | null = null;

  constructor(
    redisUrl: string,
    redis: RedisClient,
    store: SaleStore,
    book: SaleBook,
    catalog: Catalog,
    metrics: Pick<Metrics, 'lostTickets'>,
    log: Log,
  ) {
    this.#redisUrl = redisUrl;
    this.#redis = redis;
    this.#store = store;
    this.#book = book;
    this.#catalog = catalog;
    this.#metrics = metrics;
    this.#log = log;
  }

  /** Lanes, links and listener know each other: this closes the circle before anything runs. */
  connect(lanes: Lanes, listener: EntryListener): void {
    this.#lanes = lanes;
    this.#listener = listener;
  }

  /**
   * Brings the book up to date with a lane that is about to open, and follows its feed. Answers
   * what is left to do once it is open.
   */
  async open(life: LaneView): Promise<() => Promise<void>> {
    const { lane } = life;
    const lanes = this.#lanes as Lanes;
    const before = this.#tails.get(lane);
    await before?.stop();
    const known = this.#book.forget(lane);
    const at = await this.#load(life);
    const warn = (error: Error) => this.#log.warn({ lane, error: error.message }, 'feed tail');
    const client = connectRedis(this.#redisUrl, 'tail', warn);
    const tail = new FeedTail(life, client, at, lanes, this, this.#log);
    this.#tails.set(lane, tail);
    tail.run();
    return async () => {
      if (before) await this.#comeBack(lane, known);
    };
  }

  onEntry(_lane: number, entry: FeedEntry): void {
    this.#book.apply(entry);
    this.#book.setTime(Math.max(this.#book.now, entry.time));
    const productId = this.#book.get(entry.saleId)?.config.productId;
    if (productId && !this.#catalog.remembered(productId)) {
      this.#catalog.find(productId).catch((error) => {
        this.#log.warn({ productId, error: error.message }, 'product not loaded');
      });
    }
    this.#listener?.onEntry(entry);
  }

  async onGap(lane: number): Promise<number> {
    const view = this.#lanes?.view(lane);
    if (!view) throw new Error(`lane ${lane} is not open`);
    const at = await this.#load(view);
    await this.#listener?.onMissed();
    return at;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#tails.values()].map((tail) => tail.stop()));
  }

  /** After a loss: counts what buyers were told and what is gone, and tells them what there is. */
  async #comeBack(lane: number, before: readonly SaleRecord[]): Promise<void> {
    for (const { id, counts } of before) {
      const now = this.#book.get(id)?.counts;
      const tickets = counts.entered - (now?.entered ?? counts.entered);
      if (tickets <= 0) continue;
      this.#metrics.lostTickets(tickets);
      this.#log.error({ lane, saleId: id, tickets }, 'attempts were lost with the data of Redis');
    }
    await this.#listener?.onMissed();
  }

  /** Reads every sale of the lane; what the feed tells after the returned number is news. */
  async #load(view: LaneView): Promise<number> {
    const { lane } = view;
    const start = await readLane(this.#redis, view);
    if (start.kind === 'behind') throw new Error(`lane ${lane} is behind`);
    this.#book.setTime(start.now);
    for (const id of await this.#store.idsOfLane(lane)) {
      const read = await readSale(this.#redis, view, id);
      if (read.kind !== 'ok') continue;
      this.#book.put(read.sale, read.feedNumber);
      await this.#catalog.find(read.sale.config.productId);
    }
    return start.feedNumber;
  }
}
