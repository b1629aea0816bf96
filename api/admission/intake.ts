import { Queue } from 'bullmq';
import { BATCH_LIMIT } from '../../core/domain/bounds.js';
import type { Log } from '../../core/log.js';
import { pause } from '../../core/pause.js';
import { isRedisRefusing, type RedisClient } from '../../core/redis.js';
import { endOfTurn } from '../../core/turn.js';
import {
  type BatchJob,
  jobName,
  type TicketRange,
  waitingRoomOptions,
} from '../../core/waiting-room.js';
import { type EnterResult, type Entry, type EntryResult, enter } from '../../lua/enter.js';
import type { LaneView } from '../../lua/script.js';
import type { ResultTimes } from '../insight/result-times.js';
import type { Lanes } from '../lanes.js';
import type { BatchSent } from '../metrics/traffic-metrics.js';

/** Attempts that may wait for their batch in one lane; more are answered 503 `overloaded`. */
export const INTAKE_LIMIT = 20_000;

/** How often a batch whose answer was lost is sent again, and the pause before. */
const RESENDS = 4;
const RESEND_PAUSE_MS = 200;

/**
 * Least time from one batch to the next, unless that one is full: each costs its fsync, its feed
 * entry and what reads that, however few it holds.
 */
const BATCH_EVERY_MS = 20;

/**
 * Time between two jobs of a lane. What enters in it is announced by one: a job costs as much as
 * several attempts, and the owner of a line that moves looks at it by itself (`workers/admission.ts`).
 */
const ANNOUNCE_EVERY_MS = 200;

export type IntakeResult =
  | EntryResult
  | { readonly kind: 'overloaded' }
  /** The lane is not open, or Redis did not answer: it is unknown whether the attempt got in. */
  | { readonly kind: 'recovering' };

const OVERLOADED: IntakeResult = { kind: 'overloaded' };
const RECOVERING: IntakeResult = { kind: 'recovering' };
const NEVER = new AbortController().signal;

/** What became of a batch, and of which life of the lane that is true. */
interface Sent {
  readonly result: EnterResult | { readonly kind: 'unanswered' };
  readonly view: LaneView | null;
}

const UNANSWERED: Sent = { result: { kind: 'unanswered' }, view: null };
const FULL: Sent = { result: { kind: 'overloaded' }, view: null };

interface Waiting {
  readonly entry: Entry;
  /** By the monotonic clock. */
  readonly arrivedAt: number;
  readonly settle: (result: IntakeResult) => void;
}

/**
 * Group commit of one lane: attempts that arrive while a batch is in flight, or has just left, leave
 * together as the next one. No delay when it is quiet.
 */
export class LaneIntake {
  readonly #lane: number;
  readonly #redis: RedisClient;
  readonly #lanes: Lanes;
  readonly #gatewayId: string;
  readonly #results: Pick<ResultTimes, 'entered'>;
  readonly #log: Log;
  readonly #onBatch: (batch: BatchSent) => void;
  readonly #queue: Queue<BatchJob>;
  #waiting: Waiting[] = [];
  #sequence = 0;
  #flying: Promise<void> | null = null;
  #closing = false;
  /** Tickets that no job has announced yet, by sale. */
  readonly #unannounced = new Map<string, TicketRange>();
  #announcing: Promise<void> | null = null;

  /**
   * @param connection for BullMQ: adds the jobs that wake the lane's owner
   * @param onBatch is told of every batch, once its answer is known
   */
  constructor(
    lane: number,
    redis: RedisClient,
    connection: RedisClient,
    lanes: Lanes,
    gatewayId: string,
    results: Pick<ResultTimes, 'entered'>,
    log: Log,
    onBatch: (batch: BatchSent) => void,
  ) {
    this.#lane = lane;
    this.#redis = redis;
    this.#lanes = lanes;
    this.#gatewayId = gatewayId;
    this.#results = results;
    this.#log = log;
    this.#onBatch = onBatch;
    const { name, options } = waitingRoomOptions(lane);
    this.#queue = new Queue<BatchJob>(name, { ...options, connection, skipWaitingForReady: true });
    this.#queue.on('error', (error) => log.warn({ lane, error: error.message }, 'waiting room'));
  }

  get queue(): Queue<BatchJob> {
    return this.#queue;
  }

  /** Attempts that wait for their batch. */
  get depth(): number {
    return this.#waiting.length;
  }

  /** Joins the lane's next batch; resolves when that batch is on disk in Redis, or refused. */
  join(entry: Entry): Promise<IntakeResult> {
    if (this.#waiting.length >= INTAKE_LIMIT) return Promise.resolve(OVERLOADED);
    return new Promise((settle) => {
      this.#waiting.push({ entry, arrivedAt: performance.now(), settle });
      this.#flying ??= this.#fly();
    });
  }

  /**
   * Resolves when nothing waits and nothing is in flight. The clients are gone by then: what Redis
   * does not answer at once is given up.
   */
  async close(): Promise<void> {
    this.#closing = true;
    while (this.#flying) await this.#flying;
    await this.#announcing;
    await this.#queue.close();
  }

  async #fly(): Promise<void> {
    // All that the doors let in by then come along.
    await endOfTurn();
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.slice(0, BATCH_LIMIT);
      this.#waiting = this.#waiting.slice(BATCH_LIMIT);
      const sentAt = performance.now();
      await this.#send(batch);
      const rest = BATCH_EVERY_MS - (performance.now() - sentAt);
      if (rest > 0 && this.#waiting.length < BATCH_LIMIT) await pause(rest, NEVER);
    }
    this.#flying = null;
  }

  async #send(batch: readonly Waiting[]): Promise<void> {
    this.#sequence += 1;
    const entries = batch.map(({ entry }) => entry);
    const from = performance.now();
    const { result, view } = await this.#enter(entries);
    const seconds = (performance.now() - from) / 1_000;
    this.#onBatch({ lane: this.#lane, size: batch.length, seconds, result: result.kind });
    if (result.kind !== 'ok' || !view) {
      const answer = result.kind === 'overloaded' ? OVERLOADED : RECOVERING;
      const unsent = this.#closing ? this.#waiting.splice(0) : [];
      for (const { settle } of [...batch, ...unsent]) settle(answer);
      return;
    }
    this.#lanes.saw(view, result.feedNumber);
    batch.forEach(({ settle }, i) => {
      settle(result.entries[i] ?? RECOVERING);
    });
    this.#announce(entries, result.entries, batch[0]?.arrivedAt ?? 0);
  }

  /** Sends the batch until it is answered: with the same sequence number it counts once. */
  async #enter(entries: readonly Entry[]): Promise<Sent> {
    for (let resends = 0; ; resends += 1) {
      const view = this.#lanes.view(this.#lane);
      if (!view) return UNANSWERED;
      try {
        const gatewayId = this.#gatewayId;
        const batch = { ...view, gatewayId, sequence: this.#sequence, entries };
        const result = await enter(this.#redis, batch);
        if (result.kind === 'behind') this.#lanes.closeFor(view, 'behind');
        return { result, view };
      } catch (error) {
        const { message } = error as Error;
        if (isRedisRefusing(error)) return this.#refused(message);
        this.#log.warn({ lane: this.#lane, resends, error: message }, 'a batch was not answered');
        if (resends === RESENDS || this.#closing) return UNANSWERED;
        await pause(RESEND_PAUSE_MS, NEVER);
      }
    }
  }

  /** Redis is full, say: nobody got in, and waiting for it here would only make the queue longer. */
  #refused(error: string): Sent {
    this.#log.warn({ lane: this.#lane, error }, 'Redis takes no batch');
    return FULL;
  }

  /** Sees to it that a job tells of the batch. */
  #announce(entries: readonly Entry[], results: readonly EntryResult[], arrivedAt: number): void {
    const tickets = new Map<string, { from: number; to: number; count: number }>();
    results.forEach((result, i) => {
      const saleId = entries[i]?.saleId;
      if (result.kind !== 'accepted' || saleId === undefined) return;
      const { ticket } = result.record;
      const range = tickets.get(saleId) ?? { from: ticket, to: ticket, count: 0 };
      tickets.set(saleId, {
        from: Math.min(range.from, ticket),
        to: Math.max(range.to, ticket),
        count: range.count + 1,
      });
    });
    for (const [saleId, { from, to, count }] of tickets) {
      // A key that was known brings an older ticket along: such a batch is not measured.
      if (to - from + 1 === count) this.#results.entered(saleId, from, to, arrivedAt);
      const before = this.#unannounced.get(saleId);
      this.#unannounced.set(saleId, {
        saleId,
        from: Math.min(before?.from ?? from, from),
        to: Math.max(before?.to ?? to, to),
      });
    }
    // With nothing to announce it would be over before it is noted as begun, and stay so for ever.
    if (tickets.size > 0) this.#announcing ??= this.#leaveJobs();
  }

  /** Leaves jobs. Nobody waits for them: a line that no job announced is found anyway. */
  async #leaveJobs(): Promise<void> {
    while (this.#unannounced.size > 0) {
      const job = { ranges: [...this.#unannounced.values()] };
      this.#unannounced.clear();
      this.#queue.add(jobName(job), job, { attempts: 1 }).catch((error: Error) => {
        this.#log.debug({ lane: this.#lane, error: error.message }, 'no job for these tickets');
      });
      await pause(ANNOUNCE_EVERY_MS, NEVER);
    }
    this.#announcing = null;
  }
}
