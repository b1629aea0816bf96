import { freshDirectory, removeDirectory } from '../../../support/private-server.js';
import { type Effect, type Ground, type RedisStrike, redisScenario } from '../redis-strike.js';
import type { Scenario } from '../scenario.js';

/** What the ledger had not read when Redis lost it is lost with it: counted and told. */
const LOSS = { expectedLoss: true, times: 3, timesInShort: 0 } as const;

/** Starts Redis on whatever data it was left with; resolves when its lanes decide again. */
async function startAgain({ stand, redis }: Ground): Promise<Effect> {
  const from = stand.run.feed.entries.length;
  await redis.start();
  return { recovery: await stand.untilDecided(Date.now(), from) };
}

const flushed: RedisStrike = {
  name: 'redis-emptied',
  what: 'FLUSHALL in the middle of a sale',
  ...LOSS,
  async act({ stand, redis }) {
    const from = stand.run.feed.entries.length;
    await redis.client.flushall();
    return { recovery: await stand.untilDecided(Date.now(), from) };
  },
};

const wiped: RedisStrike = {
  name: 'redis-data-deleted',
  what: 'SIGKILL of Redis, its data deleted, restart',
  ...LOSS,
  async act(ground) {
    await ground.redis.kill();
    ground.redis.wipe();
    return startAgain(ground);
  },
};

const old: RedisStrike = {
  name: 'redis-old-copy',
  what: 'SIGKILL of Redis, restart on a copy of its data from some time before',
  ...LOSS,
  async act(ground) {
    const { stand, redis, random } = ground;
    const copy = freshDirectory('redis-copy');
    try {
      redis.copyTo(copy);
      await stand.run.crowd.untilMore(random.int(5, 150));
      await redis.kill();
      redis.replaceBy(copy);
      return await startAgain(ground);
    } finally {
      removeDirectory(copy);
    }
  },
};

export const scenarios: readonly Scenario[] = [flushed, wiped, old].map(redisScenario);
