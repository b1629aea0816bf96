import { cpSync, statSync } from 'node:fs';
import { PrivateRedis } from '../../../support/private-redis.js';
import { freshDirectory, removeDirectory } from '../../../support/private-server.js';
import { mistakesIn } from '../aof-check.js';
import type { Random } from '../random.js';
import { onPrivateRedis, type RedisStrike, redisScenario } from '../redis-strike.js';
import type { Scenario } from '../scenario.js';
import type { Stand } from '../stand.js';

/** Bytes at the end of the file of which each is the end once. */
const TAIL_BYTES = 300;

/** So many of them in the short form. */
const SHORT_CUTS = 20;

/** Loads a copy of the data whose last bytes are missing; what is wrong with it then. */
async function loadCut(copy: string, bytes: number, { run }: Stand): Promise<string[]> {
  const directory = freshDirectory('redis-cut');
  cpSync(copy, directory, { recursive: true });
  const cut = await PrivateRedis.prepare({ directory });
  cut.cut(cut.increments.at(-1) as string, bytes);
  try {
    await cut.start();
    const wrong = await mistakesIn(cut.client, run.lane, run.saleId, run.feed.entries);
    return wrong.map((text) => `cut by ${bytes} bytes: ${text}`);
  } finally {
    await cut.close();
    removeDirectory(directory);
  }
}

function cutsOf(random: Random, short: boolean): number[] {
  const all = Array.from({ length: TAIL_BYTES }, (_none, i) => i);
  return short ? random.shuffled(all).slice(0, SHORT_CUTS) : all;
}

const tail: Scenario = {
  name: 'redis-aof-tail',
  what: 'the append-only file of a loaded run ends at each of its last 300 bytes: it loads whole',
  inShort: true,
  play: ({ random, short }) =>
    onPrivateRedis({}, {}, async (stand, redis) => {
      const copy = freshDirectory('redis-copy');
      try {
        await stand.run.crowd.untilMore(150);
        redis.copyTo(copy);
        await stand.run.crowd.stop();
        const wrong: string[] = [];
        for (const bytes of cutsOf(random, short))
          wrong.push(...(await loadCut(copy, bytes, stand)));
        const verdict = await stand.run.verdict();
        const findings = { ...verdict.findings, 'broken by a cut': wrong };
        return { verdict: { ...verdict, findings }, recoveryMs: null };
      } finally {
        removeDirectory(copy);
      }
    }),
};

const cutUnderLoad: RedisStrike = {
  name: 'redis-aof-cut',
  what: 'SIGKILL of Redis, up to a third of what it had made durable cut off, redis-check-aof, restart',
  times: 4,
  timesInShort: 0,
  expectedLoss: true,
  async act({ stand, redis, random }) {
    const from = stand.run.feed.entries.length;
    await redis.kill();
    const file = redis.increments.at(-1) as string;
    const most = random.chance(0.5) ? TAIL_BYTES : Math.floor(statSync(file).size / 3);
    const bytes = random.int(1, most);
    redis.cut(file, bytes);
    redis.mend();
    await redis.start();
    return { recovery: await stand.untilDecided(Date.now(), from), note: `cut by ${bytes} bytes` };
  },
};

export const scenarios: readonly Scenario[] = [tail, redisScenario(cutUnderLoad)];
