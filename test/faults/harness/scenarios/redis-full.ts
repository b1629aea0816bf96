import { setTimeout as sleep } from 'node:timers/promises';
import { saleKeys } from '../../../../core/keys.js';
import { eventually } from '../../../support/eventually.js';
import { missingSmallDisk, SmallDisk } from '../../../support/small-disk.js';
import { within } from '../../../support/within.js';
import { onPrivateRedis, type RedisStrike, redisScenario } from '../redis-strike.js';
import type { Outcome, Scenario } from '../scenario.js';
import { RECOVERY_LIMIT_MS, type Stand } from '../stand.js';

/** What Redis may still take when it is almost full. */
const ROOM_BYTES = 32 * 1024;

/** Presses that have to be refused before the memory counts as full. */
const REFUSALS = 20;

/** How long it stays full: longer than three failures of a sale's script take to pause it. */
const FULL_MS = 5_000;

const DISK_MEGABYTES = 24;

/** Resolves when so many presses since `from` were refused; all others have to be good. */
async function untilRefused(stand: Stand, from: number): Promise<void> {
  const { presses } = stand.run.crowd;
  await eventually(
    async () => {
      await sleep(20);
      return presses.slice(from).filter(({ status }) => status === 503).length;
    },
    (refused) => refused >= REFUSALS,
    RECOVERY_LIMIT_MS,
  );
}

/** What a press may be answered while Redis takes nothing more. */
function expectPolite(stand: Stand, from: number): void {
  for (const { status, code, retryAfter } of stand.run.crowd.presses.slice(from)) {
    if (status === 200 || status === 202) continue;
    if (status === 503 && code === 'overloaded' && Number(retryAfter) > 0) continue;
    throw new Error(`a press was answered ${status} ${code}, Retry-After ${retryAfter}`);
  }
}

async function expectNotPaused({ run, system }: Stand): Promise<void> {
  const { sale } = saleKeys(run.lane, run.saleId);
  const pausedFor = await system.redis.hget(sale, 'pausedFor');
  if (pausedFor !== '') throw new Error(`the sale is paused: ${pausedFor}`);
}

const memory: RedisStrike = {
  name: 'redis-memory-full',
  what: 'maxmemory of Redis is reached, and raised again after 5 s',
  times: 3,
  timesInShort: 1,
  async act({ stand, redis }) {
    const pressed = stand.run.crowd.presses.length;
    const info = await redis.client.info('memory');
    const used = Number(/^used_memory:(\d+)/m.exec(info)?.[1]);
    await redis.client.config('SET', 'maxmemory', String(used + ROOM_BYTES));
    await untilRefused(stand, pressed);
    await sleep(FULL_MS);
    expectPolite(stand, pressed);
    const from = stand.run.feed.entries.length;
    const freed = Date.now();
    await redis.client.config('SET', 'maxmemory', '0');
    const recovery = await stand.untilDecided(freed, from);
    await expectNotPaused(stand);
    return { recovery };
  },
};

/** Fills the disk under a Redis until it ends, frees it and starts Redis again. */
async function playFullDisk(disk: SmallDisk, times: number): Promise<Outcome> {
  const settings = { directory: disk.path, launcher: disk.launcher };
  return onPrivateRedis(settings, {}, async (stand, redis) => {
    const recoveries: number[] = [];
    for (let time = 0; time < times; time += 1) {
      await stand.run.crowd.untilMore(80);
      disk.fill();
      await within(redis.process.exited(), RECOVERY_LIMIT_MS, 'the end of Redis');
      const from = stand.run.feed.entries.length;
      await redis.kill();
      disk.free();
      await redis.start();
      recoveries.push(await stand.untilDecided(Date.now(), from));
    }
    await stand.run.crowd.untilMore(40);
    const verdict = await stand.run.verdict();
    return { verdict, recoveryMs: Math.max(...recoveries), recoveries };
  });
}

const disk: Scenario = {
  name: 'redis-disk-full',
  what: 'the disk under Redis is full: it ends by itself, and is started again when there is room',
  inShort: false,
  missing: missingSmallDisk,
  async play() {
    const small = await SmallDisk.open(DISK_MEGABYTES);
    try {
      return await playFullDisk(small, 3);
    } finally {
      await small.close();
    }
  },
};

export const scenarios: readonly Scenario[] = [redisScenario(memory), disk];
