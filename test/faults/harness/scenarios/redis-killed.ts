import { setTimeout as sleep } from 'node:timers/promises';
import { missingStrace } from '../../../support/sync-log.js';
import { failAndReturn, type RedisStrike, redisScenario, watch } from '../redis-strike.js';
import type { Scenario } from '../scenario.js';

/** Longer than a door waits between two batches, shorter than its patience. */
const LATE_SYNC_MS = 400;

/** Makes a rewrite of a small Redis last about a second: microseconds for each key. */
const SLOW_REWRITE_US = 8_000;

const killed: RedisStrike = {
  name: 'redis-killed',
  what: 'SIGKILL of Redis, its file cut to what was synced, restart',
  times: 6,
  timesInShort: 2,
  missing: missingStrace,
  async act(ground) {
    const { stand, random } = ground;
    const log = await watch(ground);
    await stand.run.crowd.untilMore(random.int(20, 80));
    if (random.chance(0.5)) await stand.run.untilLineNotEmpty();
    const { recovery, cut } = await failAndReturn(ground, log);
    return { recovery, note: `${cut} bytes cut off` };
  },
};

const killedWhileSyncing: RedisStrike = {
  name: 'redis-killed-syncing',
  what: 'the same while every sync is 0.4 s late: bytes are written that are not durable',
  times: 6,
  timesInShort: 1,
  missing: missingStrace,
  async act(ground) {
    const log = await watch(ground, LATE_SYNC_MS);
    await sleep(ground.random.int(2 * LATE_SYNC_MS, 6 * LATE_SYNC_MS));
    const { recovery, cut } = await failAndReturn(ground, log);
    return { recovery, note: `${cut} bytes cut off` };
  },
};

const killedWhileRewriting: RedisStrike = {
  name: 'redis-killed-rewriting',
  what: 'the same in the middle of a rewrite of the append-only file',
  times: 6,
  timesInShort: 0,
  missing: missingStrace,
  async act(ground) {
    const { redis, random } = ground;
    const log = await watch(ground);
    await redis.client.config('SET', 'rdb-key-save-delay', String(SLOW_REWRITE_US));
    await redis.client.call('BGREWRITEAOF');
    await sleep(random.int(0, 1_200));
    const info = await redis.client.info('persistence');
    const during = info.includes('aof_rewrite_in_progress:1');
    const { recovery, cut } = await failAndReturn(ground, log);
    const note = `${during ? 'during' : 'after'} the rewrite, ${cut} bytes cut off`;
    return { recovery, note };
  },
};

const everysec: RedisStrike = {
  name: 'redis-killed-everysec',
  what: 'SIGKILL of a Redis with appendfsync everysec, its file cut to what was synced, restart',
  times: 4,
  timesInShort: 0,
  settings: { config: { appendfsync: 'everysec' } },
  missing: missingStrace,
  expectedLoss: true,
  async act(ground) {
    const { stand, random } = ground;
    const log = await watch(ground);
    await stand.run.crowd.untilMore(random.int(100, 200));
    const { recovery, cut } = await failAndReturn(ground, log);
    return { recovery, note: `${cut} bytes cut off` };
  },
};

export const scenarios: readonly Scenario[] = [
  redisScenario(killed),
  redisScenario(killedWhileSyncing),
  redisScenario(killedWhileRewriting),
  redisScenario(everysec),
];
