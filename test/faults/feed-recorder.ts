import type { Redis } from 'ioredis';
import { pause } from '../../core/pause.js';
import type { RedisClient } from '../../core/redis.js';

/** One feed entry, read without the help of the code under test. */
export interface RawEntry {
  readonly number: number;
  /** The life of the lane's data in which it was read. */
  readonly incarnation: string;
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

export function parseRawEntry(id: string, fields: readonly string[], incarnation = ''): RawEntry {
  const of = (name: string) => fields[fields.indexOf(name) + 1] as string;
  const attempts = of('a') === '' ? [] : of('a').split('\n');
  return {
    number: Number(id.split('-')[0]),
    incarnation,
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

/** How long a read waits for news: a new life of the lane is noticed no later than that. */
const WAIT_MS = 200;

/**
 * Keeps a lane's whole feed, from its first entry on, before anything is trimmed. When the lane is
 * given a next life, its feed goes on behind what survived: what is read from there on follows
 * here, too, so that a number may come again, under another incarnation.
 */
export class FeedRecorder {
  readonly entries: RawEntry[] = [];
  readonly #client: Redis;
  readonly #lane: string;
  readonly #key: string;
  readonly #waiters = new Set<{ readonly fits: Fits; readonly done: (entry: RawEntry) => void }>();
  readonly #ended = new AbortController();
  #incarnation = '';
  #number = 0;
  #running: Promise<void> = Promise.resolve();

  constructor(redis: RedisClient, lane: number) {
    this.#client = (redis as Redis).duplicate();
    this.#client.on('error', () => undefined);
    this.#lane = `dropgate:2:{lane-${lane}}:lane`;
    this.#key = `dropgate:2:{lane-${lane}}:feed`;
  }

  /** The feed number up to which it is recorded, in the lane's present life. */
  get number(): number {
    return this.#number;
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
    const after = `(${this.#number}-0`;
    const { incarnation, feed, entries } = await this.#readFrom(after, this.#incarnation);
    if (incarnation === null) {
      // It is being rebuilt.
      await pause(5, this.#ended.signal);
    } else if (this.#incarnation !== '' && incarnation !== this.#incarnation) {
      await this.#goOnIn(incarnation);
    } else {
      this.#incarnation = incarnation;
      for (const entry of entries) this.#add(entry);
      if (entries.length === 0 && feed <= this.#number) await this.#untilNews();
    }
  }

  /** Feed and incarnation of one moment. */
  async #readFrom(from: string, known: string) {
    const reply = await this.#client
      .multi()
      .hmget(this.#lane, 'incarnation', 'feed')
      .xrange(this.#key, from, '+')
      .exec();
    const [incarnation = null, feed = null] = (reply?.[0]?.[1] ?? []) as (string | null)[];
    const raw = (reply?.[1]?.[1] ?? []) as [string, string[]][];
    const entries = raw.map(([id, fields]) => parseRawEntry(id, fields, incarnation ?? known));
    return { incarnation, feed: Number(feed), entries };
  }

  async #untilNews(): Promise<void> {
    const after = `${this.#number}-0`;
    await this.#client.xread('COUNT', 1, 'BLOCK', WAIT_MS, 'STREAMS', this.#key, after);
  }

  /** Adds what the lane's next life has and the one before had not. */
  async #goOnIn(next: string): Promise<void> {
    const { incarnation, feed, entries } = await this.#readFrom('-', next);
    if (incarnation === null) return;
    const known = new Map(this.entries.map((entry) => [entry.number, wordsOf(entry)]));
    this.#incarnation = incarnation;
    for (const entry of entries) if (known.get(entry.number) !== wordsOf(entry)) this.#add(entry);
    this.#number = feed;
  }

  #add(entry: RawEntry): void {
    this.entries.push(entry);
    this.#number = entry.number;
    for (const waiter of this.#waiters) {
      if (!waiter.fits(entry)) continue;
      this.#waiters.delete(waiter);
      waiter.done(entry);
    }
  }
}

/** What an entry says, whatever life it was read in. */
function wordsOf(entry: RawEntry): string {
  return JSON.stringify({ ...entry, incarnation: '' });
}
