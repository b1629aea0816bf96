import type { LaneState } from '../core/contract.js';
import type { Log } from '../core/log.js';
import { pause } from '../core/pause.js';
import type { RedisClient } from '../core/redis.js';
import type { LaneRow, LaneStore } from '../core/stores/lanes.js';
import { type ReadLaneResult, readLane } from '../lua/read-lane.js';
import type { LaneView } from '../lua/script.js';

/** How often lanes that are not open are looked at again. */
const RECHECK_MS = 250;

/** How often an open lane is looked at: a gateway without buyers hears of a loss by this alone. */
const VERIFY_MS = 1_000;

/** Which life of a lane something is about. */
export type LaneLife = Pick<LaneView, 'lane' | 'incarnation'>;

interface Known {
  readonly lane: number;
  incarnation: string | null;
  seen: number;
  state: LaneState;
  /** Whether it has been open once since this gateway started. */
  wasOpen: boolean;
}

type LaneRead = Extract<ReadLaneResult, { readonly kind: 'ok' }>;

/** What a look at an open lane showed. */
interface Sight {
  readonly clockStopped: boolean;
  readonly owned: boolean;
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
  readonly #sights = new Map<number, Sight>();
  readonly #onOpen: (view: LaneView) => Promise<() => Promise<void>>;

  /**
   * @param onOpen loads what the gateway keeps of a lane, before the lane counts as open: until
   *   then its sales would look as if there were none. Answers what to do once it is open.
   */
  constructor(
    redis: RedisClient,
    store: LaneStore,
    log: Log,
    onOpen: (view: LaneView) => Promise<() => Promise<void>>,
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

  /** Whether the lane's clock is in doubt, so that nothing opens, closes or expires. */
  clockStopped(lane: number): boolean {
    return this.#sights.get(lane)?.clockStopped ?? false;
  }

  /** Whether a worker holds the lane's lease: as last looked at, about a second ago. */
  owned(lane: number): boolean {
    return this.#sights.get(lane)?.owned ?? false;
  }

  /** The highest feed number that this gateway has seen of the lane. */
  seen(lane: number): number {
    return this.#known.get(lane)?.seen ?? 0;
  }

  get numbers(): number[] {
    return [...this.#known.keys()];
  }

  /** Whether each lane has been open once since this gateway started. */
  get allWereOpen(): boolean {
    return this.#known.size > 0 && [...this.#known.values()].every((known) => known.wasOpen);
  }

  /** Notes what an answer told; one about an earlier life of the lane says nothing any more. */
  saw({ lane, incarnation }: LaneLife, feedNumber: number): void {
    const known = this.#known.get(lane);
    if (known?.incarnation === incarnation && feedNumber > known.seen) known.seen = feedNumber;
  }

  /** Redis knows less of this life than this gateway does: nothing of it is served any more. */
  closeFor({ lane, incarnation }: LaneLife, why: 'behind'): void {
    const known = this.#known.get(lane);
    if (known?.state !== 'open' || known.incarnation !== incarnation) return;
    known.state = 'closed';
    this.#log.error({ lane, seen: known.seen, why }, 'lane closed: Redis has lost data of it');
  }

  /** Keeps looking for lanes that are not open yet, or not any more. */
  async run(signal: AbortSignal): Promise<void> {
    let verifiedAt = performance.now();
    while (!signal.aborted) {
      try {
        if (performance.now() - verifiedAt >= VERIFY_MS) {
          verifiedAt = performance.now();
          await Promise.all(this.numbers.map((lane) => this.#verify(lane)));
        }
        if (this.#known.size === 0 || this.numbers.some((lane) => this.state(lane) !== 'open')) {
          await this.#recheck();
        }
      } catch (error) {
        this.#log.warn({ error: (error as Error).message }, 'looking at the lanes failed');
      }
      await pause(RECHECK_MS, signal);
    }
  }

  async #verify(lane: number): Promise<void> {
    const view = this.view(lane);
    if (!view) return;
    const read = await readLane(this.#redis, view);
    if (read.kind === 'behind') this.closeFor(view, 'behind');
    else this.#saw(lane, read);
  }

  #saw(lane: number, { clockStopped, owner }: Pick<LaneRead, 'clockStopped' | 'owner'>): void {
    this.#sights.set(lane, { clockStopped, owned: owner !== null });
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
    if (known.state !== 'open') {
      known.state = row.opened === row.incarnation ? 'closed' : 'recovering';
    }
    return known;
  }

  async #tryToOpen(known: Known): Promise<void> {
    const { lane, incarnation, seen } = known;
    if (incarnation === null) return;
    const read = await readLane(this.#redis, { lane, incarnation, seen });
    if (read.kind === 'behind') return;
    const then = await this.#onOpen({ lane, incarnation, seen: Math.max(seen, read.feedNumber) });
    known.state = 'open';
    known.wasOpen = true;
    this.#saw(lane, read);
    this.saw({ lane, incarnation }, read.feedNumber);
    this.#log.info({ lane, incarnation, feedNumber: read.feedNumber }, 'lane open');
    await then();
  }
}
