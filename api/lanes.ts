import type { LaneState } from '../core/contract.js';
import type { Log } from '../core/log.js';
import { pause } from '../core/pause.js';
import type { RedisClient } from '../core/redis.js';
import type { LaneRow, LaneStore } from '../core/stores/lanes.js';
import { readLane } from '../lua/read-lane.js';
import type { LaneView } from '../lua/script.js';

/** How often lanes that are not open are looked at again. */
const RECHECK_MS = 250;

interface Known {
  readonly lane: number;
  incarnation: string | null;
  seen: number;
  state: LaneState;
  /** Whether it has been open once since this gateway started. */
  wasOpen: boolean;
}

/**
 * What this gateway knows of each lane: which life of it, and the highest feed number it has seen.
 * Every script is told both, so a Redis that lost data is noticed before anything is sold.
 */
export class Lanes {
  readonly #redis: RedisClient;
  readonly #store: LaneStore;
  readonly #log: Log;
  readonly #known = new Map<number, Known>();
  readonly #onOpen: (lane: number) => Promise<void>;

  /** @param onOpen loads what the gateway keeps of a lane, before the lane counts as open */
  constructor(
    redis: RedisClient,
    store: LaneStore,
    log: Log,
    onOpen: (lane: number) => Promise<void>,
  ) {
    this.#redis = redis;
    this.#store = store;
    this.#log = log;
    this.#onOpen = onOpen;
  }

  /** The lane as scripts want it, or `null`: unknown, or not open. */
  view(lane: number): LaneView | null {
    const known = this.#known.get(lane);
    if (known?.state !== 'open' || known.incarnation === null) return null;
    return { lane, incarnation: known.incarnation, seen: known.seen };
  }

  has(lane: number): boolean {
    return this.#known.has(lane);
  }

  state(lane: number): LaneState {
    return this.#known.get(lane)?.state ?? 'closed';
  }

  get numbers(): number[] {
    return [...this.#known.keys()];
  }

  /** Whether each lane has been open once since this gateway started. */
  get allWereOpen(): boolean {
    return this.#known.size > 0 && [...this.#known.values()].every((known) => known.wasOpen);
  }

  saw(lane: number, feedNumber: number): void {
    const known = this.#known.get(lane);
    if (known && feedNumber > known.seen) known.seen = feedNumber;
  }

  /** Redis knows less of the lane than this gateway does: nothing of it is served any more. */
  closeFor(lane: number, why: 'behind'): void {
    const known = this.#known.get(lane);
    if (known?.state !== 'open') return;
    known.state = 'closed';
    this.#log.error({ lane, seen: known.seen, why }, 'lane closed: Redis has lost data of it');
  }

  /** Keeps looking for lanes that are not open yet, or not any more. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        if (this.#known.size === 0 || this.numbers.some((lane) => this.state(lane) !== 'open')) {
          await this.#recheck();
        }
      } catch (error) {
        this.#log.warn({ error: (error as Error).message }, 'looking at the lanes failed');
      }
      await pause(RECHECK_MS, signal);
    }
  }

  async #recheck(): Promise<void> {
    for (const row of await this.#store.all()) {
      const known = this.#remember(row);
      if (known.state !== 'open' && known.incarnation !== null) await this.#tryToOpen(known);
    }
  }

  #remember(row: LaneRow): Known {
    let known = this.#known.get(row.lane);
    if (!known) {
      const { lane } = row;
      known = { lane, incarnation: null, seen: 0, state: 'closed', wasOpen: false };
      this.#known.set(lane, known);
    }
    if (row.incarnation !== known.incarnation) {
      known.incarnation = row.incarnation;
      known.seen = row.ledgerNumber;
    }
    known.seen = Math.max(known.seen, row.ledgerNumber);
    return known;
  }

  async #tryToOpen(known: Known): Promise<void> {
    const { lane, incarnation, seen } = known;
    if (incarnation === null) return;
    const read = await readLane(this.#redis, { lane, incarnation, seen });
    if (read.kind === 'behind') return;
    known.state = 'open';
    try {
      await this.#onOpen(lane);
    } catch (error) {
      known.state = 'closed';
      throw error;
    }
    known.wasOpen = true;
    this.saw(lane, read.feedNumber);
    this.#log.info({ lane, incarnation, feedNumber: read.feedNumber }, 'lane open');
  }
}
