import type { Database } from '../core/database.js';
import type { FeedEntry } from '../core/feed.js';
import { readFeed } from '../core/feed-reader.js';
import type { Log } from '../core/log.js';
import { pause } from '../core/pause.js';
import type { RedisClient } from '../core/redis.js';
import type { LaneStore } from '../core/stores/lanes.js';
import { writeLedger } from '../core/stores/ledger.js';
import { trimFeed } from '../lua/trim-feed.js';
import type { Parts } from './lane-owner.js';
import type { Ownership } from './ownership.js';

/** Feed entries in one transaction; each holds up to 500 attempts. */
const ENTRIES_PER_WRITE = 64;

/**
 * Time between two transactions while the writer keeps up. What the feed gathers meanwhile is
 * written at once: an attempt that entered and was decided is one row, written once.
 */
const WRITE_EVERY_MS = 100;

/** How long it waits after MySQL failed. Meanwhile the feed grows, up to its backlog limit. */
const RETRY_MS = 500;

/**
 * The entries without those at the end by which attempts entered: they are decided in a moment, and
 * then each is a row that is written once. Alone they are written: they may wait for an operator.
 */
function withoutLatest(entries: readonly FeedEntry[]): readonly FeedEntry[] {
  const last = entries.findLastIndex(({ kind }) => kind !== 'entered');
  return last === -1 ? entries : entries.slice(0, last + 1);
}

/** Brings one lane's feed to MySQL, in order, rows and watermark together. */
export class LedgerWriter {
  readonly #redis: RedisClient;
  readonly #db: Database;
  readonly #ownership: Ownership;
  readonly #log: Log;
  readonly #lanes: LaneStore;
  readonly #owner: string;
  #ledgerNumber: number;

  constructor(
    { redis, db, lanes, workerId }: Pick<Parts, 'redis' | 'db' | 'lanes' | 'workerId'>,
    ownership: Ownership,
    ledgerNumber: number,
    log: Log,
  ) {
    this.#redis = redis;
    this.#db = db;
    this.#lanes = lanes;
    this.#owner = workerId;
    this.#ownership = ownership;
    this.#ledgerNumber = ledgerNumber;
    this.#log = log;
  }

  /** Works until the ownership ends. `tail` blocks: it belongs to this writer alone. */
  async run(tail: RedisClient): Promise<void> {
    const { signal, lane } = this.#ownership;
    if (this.#ownership.raisedIn === 'redis') await this.#untilKnown();
    while (!signal.aborted) {
      try {
        const entries = await readFeed(tail, lane, this.#ledgerNumber, ENTRIES_PER_WRITE, signal);
        if (signal.aborted || entries.length === 0) continue;
        const from = performance.now();
        await this.#write(entries);
        if (entries.length === ENTRIES_PER_WRITE) continue;
        await pause(WRITE_EVERY_MS - (performance.now() - from), signal);
      } catch (error) {
        if (signal.aborted) return;
        this.#log.warn({ error: (error as Error).message }, 'the ledger waits');
        await pause(RETRY_MS, signal);
      }
    }
  }

  /** The token was raised while MySQL was away: nothing is written before it has it, too. */
  async #untilKnown(): Promise<void> {
    const { signal, lane, incarnation, fencingToken } = this.#ownership;
    while (!signal.aborted) {
      try {
        const at = await this.#lanes.followToken(lane, incarnation, fencingToken, this.#owner);
        if (at === null) return this.#ownership.end('lost');
        this.#ledgerNumber = at;
        return;
      } catch (error) {
        this.#log.warn({ error: (error as Error).message }, 'the ledger waits');
        await pause(RETRY_MS, signal);
      }
    }
  }

  async #write(read: readonly FeedEntry[]): Promise<void> {
    const first = read[0] as FeedEntry;
    const newest = read.at(-1) as FeedEntry;
    if (
      first.number !== this.#ledgerNumber + 1 ||
      newest.number - first.number !== read.length - 1
    ) {
      return this.#gap(first.number);
    }
    const entries = withoutLatest(read);
    const last = entries.at(-1) as FeedEntry;
    const { lane, incarnation, fencingToken } = this.#ownership;
    const position = { lane, incarnation, fencingToken, ledgerNumber: this.#ledgerNumber };
    if ((await writeLedger(this.#db, position, entries)) === 'fenced') {
      return this.#notWritten(last.number);
    }
    this.#ledgerNumber = last.number;
    this.#ownership.saw(last.number);
    const trimmed = await trimFeed(this.#redis, this.#ownership, last.number);
    if (trimmed.kind !== 'ok') this.#ownership.endBy(trimmed.kind);
  }

  /** Entries are missing: to an owner that was frozen, for the next owner has trimmed the feed. */
  async #gap(first: number): Promise<void> {
    if ((await this.#ledgerNumberOfMine()) === null) return this.#ownership.end('lost');
    this.#log.fatal({ at: this.#ledgerNumber, first }, 'the feed has a gap');
    this.#ownership.end('behind');
  }

  /** The lane has another owner, or our own COMMIT's answer was lost: find out which. */
  async #notWritten(upTo: number): Promise<void> {
    const ledgerNumber = await this.#ledgerNumberOfMine();
    if (ledgerNumber === null || ledgerNumber > upTo) return this.#ownership.end('lost');
    this.#ledgerNumber = ledgerNumber;
  }

  /** How far the ledger is; null when the lane has another owner. */
  async #ledgerNumberOfMine(): Promise<number | null> {
    const { lane, fencingToken } = this.#ownership;
    const row = await this.#db('lanes').where({ lane }).first();
    return row?.fencing_token === fencingToken ? row.ledger_number : null;
  }
}
