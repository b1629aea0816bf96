import type { OwnedLane } from '../lua/decide.js';

/** Why a worker no longer works a lane. */
export type EndReason = 'lost' | 'behind' | 'yielded' | 'stopped';

/**
 * One worker's right to work one lane, from its takeover to its end. Shared by the parts of the
 * lane owner: what one of them has seen, all of them demand of Redis; when one of them hears that
 * the lane is lost, all of them stop.
 */
export class Ownership implements OwnedLane {
  readonly lane: number;
  readonly incarnation: string;
  readonly fencingToken: number;
  /** Who knows of the fencing token: with MySQL away, Redis alone. */
  readonly raisedIn: 'both' | 'redis';
  #seen: number;
  #reason: EndReason | null = null;
  readonly #ended = new AbortController();

  constructor(lane: OwnedLane, raisedIn: 'both' | 'redis' = 'both') {
    this.raisedIn = raisedIn;
    this.lane = lane.lane;
    this.incarnation = lane.incarnation;
    this.fencingToken = lane.fencingToken;
    this.#seen = lane.seen;
  }

  /** The highest feed number that this owner has seen. */
  get seen(): number {
    return this.#seen;
  }

  saw(feedNumber: number): void {
    if (feedNumber > this.#seen) this.#seen = feedNumber;
  }

  /** Aborted when the ownership ends. */
  get signal(): AbortSignal {
    return this.#ended.signal;
  }

  get reason(): EndReason | null {
    return this.#reason;
  }

  /** Ends the ownership; only the first reason counts. */
  end(reason: EndReason): void {
    this.#reason ??= reason;
    this.#ended.abort();
  }

  /** Ends it for what a script answered: another owner, or a Redis that lost data. */
  endBy(kind: 'fenced' | 'behind'): void {
    this.end(kind === 'fenced' ? 'lost' : 'behind');
  }
}
