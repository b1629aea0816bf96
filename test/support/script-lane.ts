import { randomBytes } from 'node:crypto';
import type { SaleConfig } from '../../core/domain/sale.js';
import { type FeedEntry, parseFeedEntry } from '../../core/feed.js';
import { laneKeys, saleKeys } from '../../core/keys.js';
import { connectRedis, type RedisClient, untilReady } from '../../core/redis.js';
import { acquireLease } from '../../lua/acquire-lease.js';
import { configure } from '../../lua/configure.js';
import { createLane } from '../../lua/create-lane.js';
import type { OwnedLane } from '../../lua/decide.js';
import { type EnterResult, type Entry, enter } from '../../lua/enter.js';
import { raiseFence } from '../../lua/raise-fence.js';

export const WORKER = 'a-worker';

export const RUN_ID = 'a-run-of-redis';

const LANE = 0;

function scriptRedisUrl(): string {
  if (!process.env.REDIS_URL) throw new Error('REDIS_URL is not set: run the tests by "npm test"');
  const url = new URL(process.env.REDIS_URL);
  url.pathname = '/10';
  return url.href;
}

/** One lane in a Redis database of its own, with nobody but the test working on it. */
export class ScriptLane {
  readonly redis: RedisClient;
  readonly lane = LANE;
  readonly incarnation = `life${randomBytes(4).toString('hex')}`;
  #sequence = 0;

  private constructor(redis: RedisClient) {
    this.redis = redis;
  }

  /** Begins the lane, owned by `WORKER` with fencing token 1. */
  static async open(): Promise<ScriptLane> {
    const redis = connectRedis(scriptRedisUrl(), 'lane', () => undefined);
    await untilReady(redis);
    const lane = new ScriptLane(redis);
    await lane.reset();
    return lane;
  }

  /** The same lane, new again. */
  async reset(): Promise<void> {
    await this.redis.flushdb();
    await createLane(this.redis, LANE, this.incarnation);
    await acquireLease(this.redis, LANE, WORKER, 3_600_000);
    await raiseFence(this.redis, this.view(), WORKER, RUN_ID);
  }

  async close(): Promise<void> {
    await this.redis.flushdb();
    await this.redis.quit();
  }

  /** The lane as its owner and, with parts replaced, as others see it. */
  view(parts: Partial<OwnedLane> = {}): OwnedLane {
    return { lane: LANE, incarnation: this.incarnation, seen: 0, fencingToken: 1, ...parts };
  }

  /** Seeds a sale and returns its id. */
  async sale(total = 10, fields: Partial<SaleConfig> = {}): Promise<string> {
    const id = `s${LANE}-${randomBytes(5).toString('hex')}`;
    const result = await configure(this.redis, this.view(), id, configOf(fields), total);
    if (result.kind !== 'ok') throw new Error(`not seeded: ${result.kind}`);
    return id;
  }

  /** Enters a batch as the gateway `gatewayId`, by default with the next sequence number. */
  enter(
    entries: readonly Entry[],
    { gatewayId = 'gateway', sequence = 0 } = {},
  ): Promise<EnterResult> {
    this.#sequence += 1;
    const number = sequence || this.#sequence;
    return enter(this.redis, { ...this.view(), gatewayId, sequence: number, entries });
  }

  /** Enters one buyer after the other, each for one unit. */
  async enterBuyers(saleId: string, ...buyers: string[]): Promise<void> {
    await this.enter(buyers.map((buyerId) => entryOf(saleId, buyerId)));
  }

  /** Lets the lane's time pass: feed time never falls, so it is enough to raise it. */
  async advance(ms: number): Promise<void> {
    const [seconds] = await this.redis.time();
    const key = laneKeys(LANE).lane;
    const now = Math.max(Number(seconds) * 1_000, Number(await this.redis.hget(key, 'clock')));
    await this.redis.hset(key, 'clock', now + ms);
  }

  async feed(): Promise<FeedEntry[]> {
    const entries = await this.redis.xrange(laneKeys(LANE).feed, '-', '+');
    return entries.map(([id, fields]) => parseFeedEntry(id, fields));
  }

  async feedNumber(): Promise<number> {
    return Number(await this.redis.hget(laneKeys(LANE).lane, 'feed'));
  }

  counts(saleId: string): Promise<Record<string, string>> {
    return this.redis.hgetall(saleKeys(LANE, saleId).sale);
  }

  /** Everything in the database, byte by byte. */
  async contents(): Promise<Record<string, string | undefined>> {
    const keys = (await this.redis.keys('*')).sort();
    const dumps = await Promise.all(keys.map((key) => this.redis.dumpBuffer(key)));
    return Object.fromEntries(keys.map((key, i) => [key, dumps[i]?.toString('base64')]));
  }
}

export function configOf(fields: Partial<SaleConfig> = {}): SaleConfig {
  return {
    productId: 'p-0000000000',
    title: 'A sale',
    perBuyerLimit: 10,
    holdSeconds: 60,
    standbyLimit: 0,
    opensAt: null,
    closesAt: null,
    version: 1,
    createdAt: 1_700_000_000_000,
    ...fields,
  };
}

export function entryOf(saleId: string, buyerId: string, fields: Partial<Entry> = {}): Entry {
  return { saleId, buyerId, quantity: 1, key: '', ...fields };
}
