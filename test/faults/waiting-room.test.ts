import { Queue, Worker } from 'bullmq';
import { expect } from 'chai';
import type { Redis } from 'ioredis';
import { type BatchJob, waitingRoomOptions } from '../../core/waiting-room.js';
import { System } from '../support/system.js';
import { Run, say } from './run.js';

/** Somebody who does to a lane's jobs whatever can be done to jobs. */
class Vandal {
  readonly queue: Queue<BatchJob>;
  readonly done = { deleted: 0, doubled: 0, failed: 0, swallowed: 0, 'made up': 0 };
  readonly #thief: Worker<BatchJob>;
  readonly #connections: Redis[];

  constructor({ redis }: System, lane: number) {
    const { name, options } = waitingRoomOptions(lane);
    const connect = () => (redis as Redis).duplicate({ maxRetriesPerRequest: null });
    const [connection, stealing] = [connect(), connect()];
    this.#connections = [connection, stealing];
    this.queue = new Queue<BatchJob>(name, { ...options, connection });
    this.#thief = new Worker<BatchJob>(name, (job) => this.#steal(job.data), {
      ...options,
      connection: stealing,
      concurrency: 4,
    });
    this.#thief.on('error', () => undefined);
    this.queue.on('error', () => undefined);
  }

  /** One round of mischief. */
  async strike(saleId: string): Promise<void> {
    const jobs = await this.queue.getJobs(['waiting', 'active', 'completed', 'failed'], 0, 20);
    for (const job of jobs) {
      if (!job || Math.random() < 0.5) continue;
      if (Math.random() < 0.5) await this.#delete(job);
      else await this.#double(job.data);
    }
    const data = { ranges: [{ saleId, from: 1, to: 9 ** Math.ceil(Math.random() * 12) }] };
    const odd = Math.random() < 0.3 ? ({} as BatchJob) : data;
    await this.queue.add('made up', odd);
    this.done['made up'] += 1;
  }

  async close(): Promise<void> {
    await this.#thief.close();
    await this.queue.close();
    for (const connection of this.#connections) connection.disconnect();
  }

  async #delete(job: { remove: () => Promise<unknown> }): Promise<void> {
    // A job that is being worked is locked: it stays.
    const gone = await job.remove().then(
      () => true,
      () => false,
    );
    if (gone) this.done.deleted += 1;
  }

  async #double(data: BatchJob): Promise<void> {
    await this.queue.add('doubled', data);
    this.done.doubled += 1;
  }

  async #steal(_job: BatchJob): Promise<void> {
    if (Math.random() < 0.5) {
      this.done.failed += 1;
      throw new Error('stolen and failed');
    }
    this.done.swallowed += 1;
  }
}

describe('A waiting room whose jobs cannot be relied on', () => {
  let system: System;

  before(async () => {
    system = await System.start({ gateways: 2, workers: 2 });
  });

  after(() => system.stop());

  it('decides every attempt in ticket order though jobs are deleted, doubled and failed', async () => {
    const run = await Run.begin(system, { limit: 1_500, atOnce: 16 });
    const vandal = new Vandal(system, run.lane);
    await run.duringLoad(async () => {
      await vandal.strike(run.saleId);
    });
    await vandal.close();
    say(`jobs: ${JSON.stringify(vandal.done)}`);
    expect(Object.values(vandal.done).every((count) => count > 0)).to.equal(true);
    await run.expectWhole();
    say(`longest time between decisions: ${run.longestPause} ms`);
  });

  it('decides every attempt though the queue is obliterated again and again', async () => {
    const run = await Run.begin(system, { limit: 1_000, atOnce: 16 });
    const vandal = new Vandal(system, run.lane);
    const rounds = 10;
    for (let round = 0; round < rounds; round += 1) {
      await run.crowd.untilMore(50);
      await vandal.queue.obliterate({ force: true });
      // It leaves the queue paused, and its keys behind: here not even those are spared.
      const keys = await system.redis.keys(`${run.laneKey('bull')}*`);
      if (keys.length > 0) await system.redis.del(...keys);
    }
    await run.crowd.untilAllServed();
    await vandal.close();
    await run.expectWhole();
    say(`obliterated ${rounds} times, longest time between decisions: ${run.longestPause} ms`);
  });

  it('decides every attempt though BullMQ is paused for ever', async () => {
    const run = await Run.begin(system, { limit: 600, atOnce: 16 });
    const vandal = new Vandal(system, run.lane);
    await vandal.queue.pause();
    await run.crowd.untilAllServed();
    expect(await vandal.queue.isPaused()).to.equal(true);
    await run.expectWhole();
    say(`longest time between decisions: ${run.longestPause} ms`);
    await vandal.queue.resume();
    await vandal.close();
  });
});
