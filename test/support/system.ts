import { randomBytes } from 'node:crypto';
import { createSigner } from 'fast-jwt';
import type { Knex } from 'knex';
import { connectDatabase, type Database } from '../../core/database.js';
import { createLog } from '../../core/log.js';
import { connectRedis, type RedisClient, untilReady } from '../../core/redis.js';
import { migrate } from '../../migrations/migrate.js';
import { Client } from './client.js';
import { Daemon } from './processes.js';
import { asRole, forgetRefusals, type Role, refusals } from './redis-roles.js';

const SILENT = createLog('migrate', 'silent');

export const SESSION_SECRET = 'test-session-secret-of-more-than-32-bytes';
export const OPS_TOKEN = 'test-ops-token-with-more-than-24-chars';

function requiredUrl(name: 'REDIS_URL' | 'DATABASE_URL'): string {
  const url = process.env[name];
  if (!url) throw new Error(`${name} is not set: run the tests by "npm test"`);
  return url;
}

/** Tests have a Redis database of their own: the demo data of a developer is in another. */
function redisUrl(): string {
  const url = new URL(requiredUrl('REDIS_URL'));
  url.pathname = '/9';
  return url.href;
}

function databaseUrl(server: string, name: string): string {
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}

export interface SystemOptions {
  readonly gateways?: number;
  readonly workers?: number;
  readonly lanes?: number;
  /** Servers of the test's own in the place of those that all tests share. */
  readonly redisUrl?: string;
  readonly databaseUrl?: string;
  /** More environment for the gateways, such as RATE_LIMIT. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A whole Dropgate on real servers: fresh Redis database, fresh schema, real processes. */
export class System {
  readonly redis: RedisClient;
  readonly db: Database;
  readonly gateways: Daemon[] = [];
  readonly workers: Daemon[] = [];
  readonly #admin: Knex;
  readonly #databaseName: string;
  readonly #env: Record<string, string>;
  /** Where its Redis and its MySQL are, for a process that reaches them by another way. */
  readonly servers: { readonly REDIS_URL: string; readonly DATABASE_URL: string };
  /** A Redis of the test's own has no users but one. */
  readonly #hasRoles: boolean;
  readonly #urls: string[] = [];

  private constructor(databaseName: string, options: SystemOptions) {
    this.#hasRoles = options.redisUrl === undefined;
    this.#databaseName = databaseName;
    const server = options.databaseUrl ?? requiredUrl('DATABASE_URL');
    this.servers = {
      REDIS_URL: options.redisUrl ?? redisUrl(),
      DATABASE_URL: databaseUrl(server, databaseName),
    };
    this.#admin = connectDatabase(server, SILENT, { max: 1 });
    this.redis = connectRedis(this.servers.REDIS_URL, 'lane', () => undefined);
    this.db = connectDatabase(this.servers.DATABASE_URL, SILENT, { max: 4 });
    this.#env = {
      ...this.servers,
      SESSION_SECRET,
      OPS_TOKEN,
      PORT: '0',
      LANES: String(options.lanes ?? 2),
      RATE_LIMIT: 'off',
      LOG_LEVEL: 'info',
      ...options.env,
    };
  }

  /** Starts it and waits until every gateway is ready. */
  static async start(options: SystemOptions = {}): Promise<System> {
    const name = `dropgate_test_${randomBytes(5).toString('hex')}`;
    const system = new System(name, options);
    await system.#admin.raw(`CREATE DATABASE ${name}`);
    await untilReady(system.redis);
    await system.redis.flushdb();
    await forgetRefusals(system.redis);
    await migrate(system.db, options.lanes ?? 2);
    const workers = Array.from({ length: options.workers ?? 1 }, () => system.startWorker());
    const gateways = Array.from({ length: options.gateways ?? 1 }, () => system.startGateway());
    await Promise.all([...workers, ...gateways]);
    return system;
  }

  /** Starts one more worker. */
  async startWorker(env: Readonly<Record<string, string>> = {}): Promise<Daemon> {
    const worker = Daemon.start('worker', 'workers/main.js', this.#envOf('worker', env));
    this.workers.push(worker);
    await worker.untilLog(({ msg }) => msg === 'worker started');
    return worker;
  }

  /** Starts one more gateway and waits until each of its lanes is open. */
  async startGateway(env: Readonly<Record<string, string>> = {}): Promise<Daemon> {
    const gateway = await this.launchGateway(env);
    for (let lane = 0; lane < Number(this.#env.LANES); lane += 1) {
      await gateway.untilLog((entry) => entry.msg === 'lane open' && entry.lane === lane);
    }
    return gateway;
  }

  /** Starts one more gateway and waits only until it listens: its lanes may stay closed. */
  async launchGateway(env: Readonly<Record<string, string>> = {}): Promise<Daemon> {
    const gateway = Daemon.start('gateway', 'api/main.js', this.#envOf('gateway', env));
    // Of several that start together any may be the first to listen.
    const at = this.gateways.push(gateway) - 1;
    const line = await gateway.untilLog(({ msg }) => msg === 'gateway listening');
    const { port } = line.address as { port: number };
    this.#urls[at] = `http://127.0.0.1:${port}`;
    return gateway;
  }

  /** Each process has the rights of its role alone, by whatever way it reaches the shared Redis. */
  #envOf(role: Role, env: Readonly<Record<string, string>>): Record<string, string> {
    const all = { ...this.#env, ...env };
    if (!this.#hasRoles) return all;
    return { ...all, REDIS_URL: asRole(role, all.REDIS_URL as string) };
  }

  /** Addresses of the gateways, in the order in which they were started. */
  get urls(): readonly string[] {
    return this.#urls;
  }

  /** A buyer's client. Without a name, a new buyer. */
  buyer(name = `buyer-${randomBytes(6).toString('hex')}`, gateway = 0): Client {
    return new Client(this.#urls[gateway] as string, mint({ sub: name }), name);
  }

  /** An operator's client. */
  ops(gateway = 0): Client {
    return new Client(this.#urls[gateway] as string, OPS_TOKEN, 'ops');
  }

  /** Somebody without any token. */
  stranger(gateway = 0): Client {
    return new Client(this.#urls[gateway] as string, null, 'stranger');
  }

  /** Creates a product and a sale that is open; fields override the defaults. */
  async createSale(fields: Readonly<Record<string, unknown>> = {}): Promise<string> {
    const product = await this.ops().post('/api/ops/products', {
      name: '한정판 인형',
      price: 19_900,
      stock: 0,
    });
    const sale = await this.ops().post('/api/ops/sales', {
      productId: product.body.id,
      title: 'A sale of a test',
      stock: 100,
      perBuyerLimit: 1,
      holdSeconds: 600,
      ...fields,
    });
    if (sale.status !== 201) throw new Error(`no sale: ${JSON.stringify(sale.body)}`);
    return sale.body.id;
  }

  /** The worker process that holds a lane's lease now, by Redis. */
  async ownerOf(lane: number): Promise<Daemon | undefined> {
    const owner = await this.redis.get(`dropgate:2:{lane-${lane}}:lease`);
    return this.workers.find((worker) => owner?.includes(`-${worker.child.pid}-`));
  }

  /** Stops everything politely, then drops its data. Every process has to end with 0. */
  async stop(): Promise<void> {
    const daemons = [...this.gateways, ...this.workers].filter(({ running }) => running);
    const codes = await Promise.all(daemons.map((daemon) => daemon.end('SIGTERM')));
    await this.db.destroy();
    await this.#admin.raw(`DROP DATABASE ${this.#databaseName}`);
    await this.#admin.destroy();
    await this.redis.flushdb();
    const refused = await refusals(this.redis);
    await this.redis.quit();
    if (refused.length > 0) throw new Error(`Redis refused its roles: ${refused.join('; ')}`);
    const bad = daemons.filter((_daemon, i) => codes[i] !== 0);
    if (bad.length > 0) {
      throw new Error(`did not end cleanly: ${bad.map(({ name, tail }) => `${name} ${tail}`)}`);
    }
  }
}

/**
 * Signs a buyer's token; claims override `aud: buyer` and a life of a few hours: long enough for a
 * gateway whose clock is an hour ahead.
 */
export function mint(
  claims: Readonly<Record<string, unknown>>,
  secret: string = SESSION_SECRET,
): string {
  const exp = Math.floor(Date.now() / 1000) + 4 * 3600;
  return createSigner({ key: secret, algorithm: 'HS256' })({ aud: 'buyer', exp, ...claims });
}
