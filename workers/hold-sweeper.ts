import { laneKeys } from '../core/keys.js';
import type { Log } from '../core/log.js';
import { pause } from '../core/pause.js';
import type { RedisClient } from '../core/redis.js';
import { expire } from '../lua/expire.js';
import { stopClock } from '../lua/stop-clock.js';
import { ClockWatch, STEP_MS } from './clock-watch.js';
import type { Ownership } from './ownership.js';

/** How often it looks for what is due; a hold ends at most this much after its deadline. */
const SWEEP_MS = 250;

/** Sales looked at in one sweep; the rest comes with the next one. */
const SALES_A_SWEEP = 100;

/** Ends holds whose deadline has passed, opens and closes the sales of one lane at their time. */
export class HoldSweeper {
  readonly #redis: RedisClient;
  readonly #ownership: Ownership;
  readonly #log: Log;
  readonly #watch = new ClockWatch();
  /** A jump of Redis's time that the lane has not been told of yet, in milliseconds. */
  #step = 0;
  /** Whether the lane's clock stood still when it was last looked at. */
  #wasStopped = false;

  constructor(redis: RedisClient, ownership: Ownership, log: Log) {
    this.#redis = redis;
    this.#ownership = ownership;
    this.#log = log;
  }

  /** Works until the ownership ends. */
  async run(): Promise<void> {
    const { signal } = this.#ownership;
    while (!signal.aborted) {
      const more = await this.#sweep().catch((error) => {
        this.#log.warn({ error: error.message }, 'sweeping failed');
        return false;
      });
      if (!more) await pause(SWEEP_MS, signal);
    }
  }

  /** Answers whether a sale had more than one call could end. */
  async #sweep(): Promise<boolean> {
    const { lane, due } = laneKeys(this.#ownership.lane);
    const sentAt = performance.now();
    // Asked together: while nothing is due, these answers are most of what an idle worker does.
    const [time, [stopped, clock], [, soonest]] = await Promise.all([
      this.#redis.time(),
      this.#redis.hmget(lane, 'clockStopped', 'clock'),
      this.#redis.zrange(due, '0', '0', 'WITHSCORES'),
    ]);
    const now = this.#timeOfRedis(time, sentAt);
    const isStopped = await this.#isClockStopped(now, stopped !== null, Number(clock));
    if (isStopped || soonest === undefined || Number(soonest) > now) return false;
    const sales = await this.#redis.zrangebyscore(due, '-inf', now, 'LIMIT', 0, SALES_A_SWEEP);
    let more = false;
    for (const saleId of sales) {
      if (this.#ownership.signal.aborted) return false;
      more = (await this.#expire(saleId)) || more;
    }
    return more;
  }

  /** By Redis time, as the script decides: a worker's own clock may be wrong. */
  #timeOfRedis([seconds, micros]: readonly (string | number)[], sentAt: number): number {
    const redis = Number(seconds) * 1000 + Math.floor(Number(micros) / 1000);
    this.#step = this.#watch.step({ redis, sentAt, answeredAt: performance.now() }) || this.#step;
    return redis;
  }

  /** Stops the lane's clock when Redis's time has jumped; an operator lets it go on. */
  async #isClockStopped(now: number, stopped: boolean, clock: number): Promise<boolean> {
    // Whatever it did until it was resumed: that is what the operator looks at.
    if (stopped || this.#wasStopped) this.#step = 0;
    this.#wasStopped = stopped;
    if (stopped) return true;
    const behind = clock - now;
    const step = this.#step || (behind > STEP_MS ? -behind : 0);
    if (step === 0) return false;
    const result = await stopClock(this.#redis, this.#ownership);
    if (result.kind === 'behind' || result.kind === 'fenced') this.#ownership.endBy(result.kind);
    this.#wasStopped = true;
    this.#log.fatal(
      { step },
      'the time of Redis has jumped: nothing opens, closes or expires until its clock is right and a sale of the lane is resumed',
    );
    return true;
  }

  async #expire(saleId: string): Promise<boolean> {
    const result = await expire(this.#redis, this.#ownership, saleId);
    if (result.kind === 'behind' || result.kind === 'fenced') {
      this.#ownership.endBy(result.kind);
    }
    if (result.kind !== 'ok') return false;
    this.#ownership.saw(result.feedNumber);
    return result.more;
  }
}
