import type { Redis } from 'ioredis';
import { pause } from '../../core/pause.js';
import type { RedisClient } from '../../core/redis.js';

/** One feed entry, read without the help of the code under test. */
export interface RawEntry {
  readonly number: number;
  readonly kind: string;
  readonly saleId: string;
  /** Milliseconds since the epoch, Redis time. */
  readonly time: number;
  readonly fencingToken: number;
  /** total, available, held, sold, entered, serving, waiting, standby. */
  readonly counts: readonly number[];
  /** Ticket and record text of each attempt that changed. */
  readonly attempts: readonly (readonly [number, string])[];
}

type Fits = (entry: RawEntry) => boolean;

export function parseRawEntry(id: string, fields: readonly string[]): RawEntry {
  const of = (name: string) => fields[fields.indexOf(name) + 1] as string;
  const attempts = of('a') === '' ? [] : of('a').split('\n');
  return {
    number: Number(id.split('-')[0]),
    kind: of('k'),
    saleId: of('s'),
    time: Number(of('t')),
    fencingToken: Number(of('f')),
    counts: of('c').split(',').map(Number),
    attempts: attempts.map((line) => {
      const bar = line.indexOf('|');
      return [Number(line.slice(0, bar)), line.slice(bar + 1)];
    }),
  };
}

/** Keeps a lane's whole feed, from its first entry on, before anything is trimmed. */
export class FeedRecorder {
  readonly entries: RawEntry[] = [];
  readonly #client: Redis;
  readonly #key: string;
  readonly #waiters = new Set<{ readonly fits: Fits; readonly done: (entry: RawEntry) => void }>();
  readonly #ended = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(redis: RedisClient, lane: number) {
    this.#client = (redis as Redis).duplicate();
    this.#client.on('error', () => undefined);
    this.#key = `dropgate:1:{lane-${lane}}:feed`;
  }

  start(): this {
    this.#running = this.#record();
    return this;
  }

  /** The next entry that fits, counting from now, or from an earlier length of `entries`. */
  async next(fits: Fits, from = this.entries.length): Promise<RawEntry> {
    const known = this.entries.slice(from).find(fits);
    return known ?? new Promise((done) => this.#waiters.add({ fits, done }));
  }

  async stop(): Promise<void> {
    this.#ended.abort();
    this.#client.disconnect();
    await this.#running;
  }

  async #record(): Promise<void> {
    while (!this.#ended.signal.aborted) {
      try {
        await this.#read();
      } catch {
        // Some tests cut every connection: the next read goes on where this one stopped.
        await pause(5, this.#ended.signal);
      }
    }
  }

  async #read(): Promise<void> {
    const after = `${this.entries.at(-1)?.number ?? 0}-0`;
    const reply = await this.#client.xread('COUNT', 500, 'BLOCK', 500, 'STREAMS', this.#key, after);
    for (const [id, fields] of reply?.[0]?.[1] ?? []) this.#add(parseRawEntry(id, fields ?? []));
  }

  #add(entry: RawEntry): void {
    this.entries.push(entry);
    for (const waiter of this.#waiters) {
      if (!waiter.fits(entry)) continue;
      this.#waiters.delete(waiter);
      waiter.done(entry);
    }
  }
}
