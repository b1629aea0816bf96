import { setTimeout as sleep } from 'node:timers/promises';
import { missingStrace } from '../../../support/sync-log.js';
import { type Ground, type RedisStrike, redisScenario, watch } from '../redis-strike.js';
import type { Scenario } from '../scenario.js';

/** Twice as long as a lease lasts. */
const STALL_MS = 2_000;

/** Longer than a door waits for a command. */
const FROZEN_MS = 5_000;

/** Longer than it takes the workers to spread the lanes evenly again. */
const SETTLED_MS = 8_000;

/** After so many looks that all found them moved, lanes move for ever. */
const RESTLESS_LOOKS = 4;

async function tokens({ stand }: Ground): Promise<number[]> {
  const { redis } = stand.system;
  const lanes = [0, 1].map((lane) => redis.hget(`dropgate:2:{lane-${lane}}:lane`, 'fencingToken'));
  return (await Promise.all(lanes)).map(Number);
}

/** How often lanes changed hands since `before`; they must not go on doing so for ever. */
async function movesSince(ground: Ground, before: readonly number[]): Promise<string> {
  const moved = async () => {
    const now = await tokens(ground);
    return now.reduce((sum, token, lane) => sum + token - (before[lane] ?? 0), 0);
  };
  for (let looks = 0, moves = await moved(); looks < RESTLESS_LOOKS; looks += 1) {
    await sleep(SETTLED_MS);
    const now = await moved();
    if (now === moves) return `lanes changed hands ${moves} times`;
    moves = now;
  }
  throw new Error(`lanes still change hands: ${await moved()} times so far`);
}

const stalled: RedisStrike = {
  name: 'redis-sync-stalled',
  what: 'one sync of Redis takes 2 s, twice as long as a lease lasts; nothing is killed',
  times: 3,
  timesInShort: 0,
  missing: missingStrace,
  async act(ground) {
    const { stand } = ground;
    const before = await tokens(ground);
    const log = await watch(ground, STALL_MS, 1);
    await sleep(STALL_MS);
    const over = Date.now();
    const recovery = await stand.untilDecided(over, stand.run.feed.entries.length);
    await log.detach();
    return { recovery, note: await movesSince(ground, before) };
  },
};

const frozen: RedisStrike = {
  name: 'redis-frozen',
  what: 'SIGSTOP of Redis for 5 s, then SIGCONT',
  times: 3,
  timesInShort: 0,
  async act(ground) {
    const { stand, redis } = ground;
    const before = await tokens(ground);
    redis.process.signal('SIGSTOP');
    await sleep(FROZEN_MS);
    const from = stand.run.feed.entries.length;
    const over = Date.now();
    redis.process.signal('SIGCONT');
    const recovery = await stand.untilDecided(over, from);
    return { recovery, note: await movesSince(ground, before) };
  },
};

export const scenarios: readonly Scenario[] = [redisScenario(stalled), redisScenario(frozen)];
