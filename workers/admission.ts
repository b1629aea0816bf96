import { Worker } from 'bullmq';
import { laneKeys } from '../core/keys.js';
import type { Log } from '../core/log.js';
import { pause } from '../core/pause.js';
import { isRedisRefusing, type RedisClient } from '../core/redis.js';
import { type BatchJob, waitingRoomOptions } from '../core/waiting-room.js';
import { decide } from '../lua/decide.js';
import { pauseSale } from '../lua/switch.js';
import type { Ownership } from './ownership.js';

/** How often the owner looks for lines that no job announced. */
const LOOK_ROUND_MS = 250;

/**
 * The same while lines move: then a look costs less than the jobs that it saves, each as dear as
 * several attempts. It goes on for longer than a gateway lets pass between two jobs of a lane.
 */
const LOOK_AGAIN_MS = 40;
const MOVING_MS = 300;

/** Sales visited at once: Redis writes what they come to with one fsync. */
const VISITS_AT_ONCE = 32;

/** Failures of a sale's script in a row before the sale is paused. */
const FAULTS_BEFORE_PAUSE = 3;

/** How long a sale whose script failed is left alone. */
const FAULT_REST_MS = 1_000;

/** Something is wrong with the sale's own data; a Redis that is full says nothing about a sale. */
function isScriptFault(error: unknown): error is Error {
  return error instanceof Error && error.name === 'ReplyError' && !isRedisRefusing(error);
}

/**
 * Decides the lines of one lane. A job of the waiting room wakes it; which ticket is next, the
 * line says. So a job that is lost, doubled, late or failed changes nothing.
 */
export class Admission {
  readonly #redis: RedisClient;
  readonly #ownership: Ownership;
  readonly #log: Log;
  readonly #due = new Set<string>();
  readonly #faults = new Map<string, { count: number; restUntil: number }>();
  #wake: () => void = () => undefined;
  #lookedRoundAt = Number.NEGATIVE_INFINITY;
  /** When an attempt was last decided here. */
  #movedAt = Number.NEGATIVE_INFINITY;

  constructor(redis: RedisClient, ownership: Ownership, log: Log) {
    this.#redis = redis;
    this.#ownership = ownership;
    this.#log = log;
  }

  /**
   * Works until the ownership ends. `connection` is for BullMQ alone.
   * @returns resolves when the work has ended, with what still has to be closed: the next owner
   *   need not wait for that
   */
  async run(connection: RedisClient): Promise<() => Promise<void>> {
    const worker = this.#takeJobs(connection);
    const { signal } = this.#ownership;
    signal.addEventListener('abort', () => this.#wake(), { once: true });
    try {
      while (!signal.aborted) {
        await this.#lookRound();
        await this.#visitAll();
        if (this.#due.size === 0 && !signal.aborted) await this.#untilWoken();
      }
    } catch (error) {
      await worker.close(true);
      throw error;
    }
    // By force: a job that is left behind is picked up again, and says nothing new.
    return () => worker.close(true);
  }

  #takeJobs(connection: RedisClient): Worker<BatchJob> {
    const { name, options, kept } = waitingRoomOptions(this.#ownership.lane);
    // One at a time: a worker that may take more asks for the next in vain whenever it has one. It
    // is done as soon as it has woken the owner, so that no crowd of gateways is too fast for it.
    const worker = new Worker<BatchJob>(name, async (job) => this.#announce(job.data), {
      ...options,
      ...kept,
      connection,
      // The default of 5 s would delay the next owner.
      drainDelay: 1,
    });
    worker.on('error', (error) => this.#log.warn({ error: error.message }, 'waiting room'));
    return worker;
  }

  #announce(job: BatchJob): void {
    for (const { saleId } of job.ranges) this.#due.add(saleId);
    this.#wake();
  }

  #untilWoken(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, this.#lookEveryMs());
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #lookEveryMs(): number {
    return performance.now() - this.#movedAt < MOVING_MS ? LOOK_AGAIN_MS : LOOK_ROUND_MS;
  }

  async #lookRound(): Promise<void> {
    // Under load one pass follows another: then this one look in between is enough.
    if (performance.now() - this.#lookedRoundAt < this.#lookEveryMs() / 2) return;
    this.#lookedRoundAt = performance.now();
    try {
      const lines = await this.#redis.smembers(laneKeys(this.#ownership.lane).lines);
      for (const saleId of lines) this.#due.add(saleId);
    } catch (error) {
      await this.#rest(error, 'looking for lines');
    }
  }

  /** Visits every due sale once, in turn: a hot sale starves none. */
  async #visitAll(): Promise<void> {
    const due = [...this.#due];
    for (let from = 0; from < due.length; from += VISITS_AT_ONCE) {
      if (this.#ownership.signal.aborted) break;
      const some = due.slice(from, from + VISITS_AT_ONCE);
      await Promise.all(some.map((saleId) => this.#visit(saleId)));
    }
  }

  async #visit(saleId: string): Promise<void> {
    // Before Redis is asked: a job that comes meanwhile tells of tickets that this visit may not see.
    this.#due.delete(saleId);
    if (this.#isResting(saleId)) return;
    try {
      const result = await decide(this.#redis, this.#ownership, saleId);
      if (result.kind === 'behind' || result.kind === 'fenced') {
        return this.#ownership.endBy(result.kind);
      }
      this.#faults.delete(saleId);
      if (result.kind !== 'ok') return;
      this.#ownership.saw(result.feedNumber);
      if (result.changed > 0) this.#movedAt = performance.now();
      if (result.more) this.#due.add(saleId);
    } catch (error) {
      if (isScriptFault(error)) return this.#fault(saleId, error);
      this.#due.add(saleId);
      await this.#rest(error, 'deciding');
    }
  }

  #isResting(saleId: string): boolean {
    return (this.#faults.get(saleId)?.restUntil ?? 0) > Date.now();
  }

  /** One sale's data is damaged: that sale rests and is paused in the end, never its lane. */
  async #fault(saleId: string, error: Error): Promise<void> {
    const count = (this.#faults.get(saleId)?.count ?? 0) + 1;
    this.#faults.set(saleId, { count, restUntil: Date.now() + FAULT_REST_MS });
    this.#log.error({ saleId, count, error: error.message }, 'deciding a sale failed');
    if (count !== FAULTS_BEFORE_PAUSE) return;
    await pauseSale(this.#redis, this.#ownership, saleId, 'fault').catch((cause) =>
      this.#log.error({ saleId, error: cause.message }, 'pausing a faulty sale failed'),
    );
  }

  async #rest(error: unknown, doing: string): Promise<void> {
    this.#log.warn({ error: (error as Error).message, doing }, 'Redis did not answer');
    await pause(LOOK_ROUND_MS, this.#ownership.signal);
  }
}
