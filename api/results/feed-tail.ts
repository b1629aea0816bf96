import type { FeedEntry } from '../../core/feed.js';
import { readFeed } from '../../core/feed-reader.js';
import type { Log } from '../../core/log.js';
import { pause } from '../../core/pause.js';
import { closeRedis, type RedisClient } from '../../core/redis.js';
import type { LaneLife, Lanes } from '../lanes.js';

/** Entries read at once. */
const ENTRIES_PER_READ = 200;

const RETRY_MS = 200;

/** What a gateway does with what a lane's feed tells. */
export interface FeedListener {
  /** The next entry; none is left out before it. */
  onEntry(lane: number, entry: FeedEntry): void;
  /** Entries were trimmed before this gateway read them: what is known of the lane is old. */
  onGap(lane: number): Promise<number>;
}

/** Follows one lane's feed, entry by entry, for as long as the gateway runs. */
export class FeedTail {
  readonly #lane: number;
  readonly #life: LaneLife;
  readonly #client: RedisClient;
  readonly #lanes: Lanes;
  readonly #listener: FeedListener;
  readonly #log: Log;
  readonly #stopped = new AbortController();
  #at: number;

  /**
   * @param life which one of the lane is followed; another one has another tail
   * @param client of the `tail` policy, for this tail alone
   * @param at the feed number up to which the listener knows the lane already
   */
  constructor(
    life: LaneLife,
    client: RedisClient,
    at: number,
    lanes: Lanes,
    listener: FeedListener,
    log: Log,
  ) {
    this.#lane = life.lane;
    this.#life = life;
    this.#client = client;
    this.#at = at;
    this.#lanes = lanes;
    this.#listener = listener;
    this.#log = log;
  }

  async run(): Promise<void> {
    const { signal } = this.#stopped;
    while (!signal.aborted) {
      try {
        const entries = await readFeed(
          this.#client,
          this.#lane,
          this.#at,
          ENTRIES_PER_READ,
          signal,
        );
        await this.#follow(entries);
      } catch (error) {
        if (signal.aborted) return;
        this.#log.warn({ lane: this.#lane, error: (error as Error).message }, 'feed tail');
        await pause(RETRY_MS, signal);
      }
    }
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    this.#client.disconnect();
    await closeRedis(this.#client);
  }

  async #follow(entries: readonly FeedEntry[]): Promise<void> {
    for (const entry of entries) {
      if (entry.number !== this.#at + 1) {
        this.#log.warn({ lane: this.#lane, at: this.#at, next: entry.number }, 'feed gap');
        this.#at = await this.#listener.onGap(this.#lane);
        return;
      }
      this.#listener.onEntry(this.#lane, entry);
      this.#at = entry.number;
    }
    this.#lanes.saw(this.#life, this.#at);
  }
}
