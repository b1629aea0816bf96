import { PrivateRedis, type RedisSettings } from '../../support/private-redis.js';
import { SyncLog } from '../../support/sync-log.js';
import type { Random } from './random.js';
import type { Scenario } from './scenario.js';
import { Stand, type StandOptions } from './stand.js';

/** A system under load whose Redis is its own. */
export interface Ground {
  readonly stand: Stand;
  readonly redis: PrivateRedis;
  readonly random: Random;
  readonly short: boolean;
}

/** What one fault has shown. */
export interface Effect {
  readonly recovery: number | null;
  readonly note?: string;
}

/** One fault of Redis, done to a system under load, and undone. */
export interface RedisStrike {
  readonly name: string;
  readonly what: string;
  readonly times: number;
  /** How many in the short form; 0: not there. */
  readonly timesInShort: number;
  readonly settings?: RedisSettings;
  readonly options?: Omit<StandOptions, 'redisUrl'>;
  readonly missing?: () => string | null;
  /** What Redis had not made durable may be lost: it is counted and told. */
  readonly expectedLoss?: boolean;
  /** Resolves when all works again. */
  act(ground: Ground): Promise<Effect>;
}

/** Starts a Redis and a system on it, and ends both afterwards. */
export async function onPrivateRedis<T>(
  settings: RedisSettings,
  options: Omit<StandOptions, 'redisUrl'>,
  act: (stand: Stand, redis: PrivateRedis) => Promise<T>,
): Promise<T> {
  const redis = await PrivateRedis.open(settings);
  try {
    return await Stand.during({ ...options, redisUrl: redis.url }, (stand) => act(stand, redis));
  } finally {
    await redis.close();
  }
}

/** A scenario that does the same to one Redis again and again, at seeded moments. */
export function redisScenario(strike: RedisStrike): Scenario {
  const { name, what, times, timesInShort, settings = {}, options = {} } = strike;
  const { missing, expectedLoss = false } = strike;
  return {
    name,
    what,
    inShort: timesInShort > 0,
    ...(missing ? { missing } : {}),
    play: ({ random, short }) =>
      onPrivateRedis(settings, options, async (stand, redis) => {
        const effects: Effect[] = [];
        for (let time = 0; time < (short ? timesInShort : times); time += 1) {
          await stand.run.crowd.untilMore(random.int(40, 120));
          effects.push(await strike.act({ stand, redis, random, short }));
        }
        await stand.run.crowd.untilMore(40);
        const verdict = await stand.run.verdict();
        const recoveries = effects.flatMap(({ recovery }) => recovery ?? []);
        const recoveryMs = recoveries.length > 0 ? Math.max(...recoveries) : null;
        const note = effects.flatMap((effect) => effect.note ?? []).join('; ');
        return { verdict, recoveryMs, recoveries, expectedLoss, ...(note ? { note } : {}) };
      }),
  };
}

/** Begins to watch what Redis makes durable. */
export function watch({ redis }: Ground, delayMs = 0, times = 0): Promise<SyncLog> {
  return SyncLog.attach(redis.process.pid, { delayMs, times });
}

/**
 * Ends Redis as a power failure would, and brings it back with what it had synced.
 * @returns what was cut off, and the time from its return to the next decision
 */
export async function failAndReturn(
  { stand, redis }: Ground,
  log: SyncLog,
): Promise<{ readonly recovery: number; readonly cut: number }> {
  const from = stand.run.feed.entries.length;
  await redis.kill();
  let cut = 0;
  for (const [file, bytes] of await log.unsynced()) {
    redis.cut(file, bytes);
    cut += bytes;
  }
  await redis.start();
  const back = Date.now();
  return { recovery: await stand.untilDecided(back, from), cut };
}
