import { pause } from '../core/pause.js';
import { acquireLease } from '../lua/acquire-lease.js';
import { releaseLease } from '../lua/release-lease.js';
import { LEASE_MS, ownLane, type Parts } from './lane-owner.js';
import type { Ownership } from './ownership.js';
import type { Recovery } from './recovery.js';
import type { Roster } from './roster.js';

/** How often a lane that another worker holds is tried. */
const TRY_MS = 100;

/** A worker that has its share lets others go first by this much. */
const COURTESY_MS = 250;

/** How long closing what a lane left open may hold up taking it again. */
const CLOSE_MS = 2_000;

/** How often a lane that lost its data is looked at again. */
const CLOSED_RETRY_MS = 1_000;

/** Stands by for one lane for as long as the worker runs: takes it, works it, gives it up. */
export class LaneKeeper {
  readonly lane: number;
  readonly #parts: Parts;
  readonly #recovery: Recovery;
  readonly #roster: Roster;
  readonly #stopped = new AbortController();
  #ownership: Ownership | null = null;

  constructor(lane: number, parts: Parts, recovery: Recovery, roster: Roster) {
    this.lane = lane;
    this.#parts = parts;
    this.#recovery = recovery;
    this.#roster = roster;
  }

  get owns(): boolean {
    return this.#ownership !== null;
  }

  /** Gives the lane to a worker that has fewer. */
  yield(): void {
    this.#ownership?.end('yielded');
  }

  stop(): void {
    this.#stopped.abort();
    this.#ownership?.end('stopped');
  }

  /** Runs until `stop`; then the lane is free for others. */
  async run(): Promise<void> {
    const { signal } = this.#stopped;
    while (!signal.aborted) {
      try {
        await this.#turn();
      } catch (error) {
        const { message } = error as Error;
        this.#parts.log.warn({ lane: this.lane, error: message }, 'taking a lane failed');
        await this.#release();
        await pause(TRY_MS, signal);
      }
    }
  }

  async #turn(): Promise<void> {
    const { redis, workerId } = this.#parts;
    const { signal } = this.#stopped;
    if (this.#roster.hasShare) await pause(COURTESY_MS, signal);
    if (signal.aborted) return;
    const lease = await acquireLease(redis, this.lane, workerId, LEASE_MS);
    if (lease.kind === 'held') return pause(TRY_MS, signal);
    let close = async () => {};
    const taken = await this.#recovery.takeOver(this.lane, workerId);
    if (taken.kind === 'owned' && !signal.aborted) {
      this.#ownership = taken.ownership;
      close = await ownLane(this.#parts, taken.ownership, taken.ledgerNumber);
      this.#ownership = null;
    }
    await this.#release();
    // BullMQ may wait for a Redis that is away; this lane must not.
    await Promise.race([close(), pause(CLOSE_MS, new AbortController().signal)]);
    if (taken.kind === 'closed') await pause(CLOSED_RETRY_MS, signal);
  }

  async #release(): Promise<void> {
    const { redis, workerId, log } = this.#parts;
    await releaseLease(redis, this.lane, workerId).catch((error) =>
      log.warn({ lane: this.lane, error: error.message }, 'the lease runs out by itself'),
    );
  }
}
