import { type LoadSample, ShedShare } from './shed-share.js';

/**
 * How willingly a request is refused:
 * - `buyer`: anything new, such as an attempt, a watch, a read.
 * - `paying`: what keeps a promise already made, a confirmation or an order: a hold must not run
 *   out because others press Buy. Pages as well: they cost little and tell people what goes on.
 */
export type Patience = 'buyer' | 'paying';

export type ShedDoor = 'http' | 'socket' | 'handshake';

/** How often the event loop is looked at. */
const LOOK_MS = 20;

/**
 * No timer can look while one turn of the event loop works off a pile of requests, and under ten
 * times the load such a turn would last seconds. So each request also looks at the turn's age:
 * past this it is refused. Long while all is calm, so that the burst at a sale's opening gets its
 * places in line; short while there is a standing delay.
 */
const TURN_CALM_MS = 1_000;
const TURN_SHEDDING_MS = 250;

/** Attempts that may wait to be taken on; the rest is refused as soon as it is read. */
const WAITING_LIMIT = 20_000;

/** How long after a turn that refused everybody the gateway still counts as shedding: probes are rare. */
const TURN_TOLD_MS = 1_000;

/** The share of turns with a new connection from which on more of them are thought to wait. */
const CROWDED_TURNS = 0.75;

/** Fewer connections in a row are no crowd, however slowly a starved process takes them. */
const CROWD = 128;

/** Below this share nothing is refused: it is the tail of a load that is over. */
const SHEDDING_FROM = 0.02;

/** From this share on no new socket is taken: a handshake costs as much as several requests. */
const HARD_FROM = 0.5;

/** The longest time to stay away, in seconds, when almost everybody is refused. */
export const LONGEST_RETRY_AFTER = 6;

export interface OverloadSources {
  /** Attempts that wait for their batch, in the fullest lane. */
  readonly depth: () => number;
  /** Attempts that were read and wait to be taken on. */
  readonly waiting: () => number;
  readonly now?: () => number;
  readonly random?: () => number;
}

/** Decides which requests this gateway refuses so that it can serve the others. */
export class Overload {
  /** Refusals since the start, by door. */
  readonly refused: Record<ShedDoor, number> = { http: 0, socket: 0, handshake: 0 };
  readonly #share = new ShedShare();
  readonly #depth: () => number;
  readonly #waiting: () => number;
  readonly #now: () => number;
  readonly #random: () => number;
  #turnAt: number;
  #turnRefusedAt = Number.NEGATIVE_INFINITY;
  #shed = 0;
  #accepted = 0;
  #crowd = 0;
  #turns = 0;

  constructor({
    depth,
    waiting,
    now = () => performance.now(),
    random = Math.random,
  }: OverloadSources) {
    this.#depth = depth;
    this.#waiting = waiting;
    this.#now = now;
    this.#random = random;
    this.#turnAt = now();
  }

  /** Begins to look at the event loop; it ends with the process. */
  start(): void {
    const timer = setTimeout(() => {
      const at = this.#now();
      const delay = Math.max(0, at - this.#turnAt - LOOK_MS);
      const depth = this.#depth() + this.#waiting();
      this.look({ at, delay, depth, crowded: this.#countTurns() });
      this.start();
    }, LOOK_MS);
    timer.unref();
  }

  /** A connection was accepted. */
  onConnection(): void {
    this.#accepted += 1;
  }

  /** Whether a crowd stands: nearly every turn of several looks accepted a connection. */
  #countTurns(): boolean {
    const turns = performance.nodeTiming.uvMetricsInfo.loopCount;
    const crowded = this.#accepted > 0 && this.#accepted >= CROWDED_TURNS * (turns - this.#turns);
    this.#crowd = crowded ? this.#crowd + this.#accepted : 0;
    this.#turns = turns;
    this.#accepted = 0;
    return this.#crowd >= CROWD;
  }

  /** Takes in what one turn of the event loop showed. */
  look(sample: LoadSample): void {
    // Probes that came in such a turn are answered after it, however long ago it began to refuse.
    if (this.#turnRefusedAt > this.#turnAt) this.#turnRefusedAt = sample.at;
    this.#turnAt = sample.at;
    this.#share.observe(sample);
    this.#shed = this.#share.share < SHEDDING_FROM ? 0 : this.#share.share;
  }

  /** The share of requests that is refused, 0 to 0.99. */
  get share(): number {
    return this.#shed;
  }

  /** Whether this gateway refuses requests, or did a moment ago: it asks its balancer for less. */
  get shedding(): boolean {
    return this.#shed > 0 || this.#now() - this.#turnRefusedAt < TURN_TOLD_MS;
  }

  /** The event-loop delay that stands, in milliseconds. */
  get standingDelay(): number {
    return this.#share.standingDelay;
  }

  /** Whether to refuse one request. Costs a clock reading: it is asked each time. */
  refuses(patience: Patience = 'buyer'): boolean {
    const now = this.#now();
    if (now - this.#turnAt > (this.#shed > 0 ? TURN_SHEDDING_MS : TURN_CALM_MS)) {
      this.#turnRefusedAt = now;
      return true;
    }
    if (patience === 'paying') return false;
    return (this.#shed > 0 && this.#random() < this.#shed) || this.#waiting() >= WAITING_LIMIT;
  }

  /** Whether to refuse a new socket. */
  get refusesSockets(): boolean {
    return this.#shed >= HARD_FROM || this.refuses('paying');
  }

  /** Seconds to stay away: spread out, and wider the more are refused, so that few come back at once. */
  get retryAfter(): number {
    return 1 + Math.floor(this.#random() * (1 + (LONGEST_RETRY_AFTER - 1) * this.#shed));
  }
}
