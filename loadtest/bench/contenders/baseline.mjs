import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { DATABASE, freeAddress, stopAll, untilListening } from '../world.mjs';

const SALES = `CREATE TABLE ${DATABASE}.sales (
  id VARCHAR(32) PRIMARY KEY, stock INT NOT NULL, version INT NOT NULL DEFAULT 0) ENGINE=InnoDB`;
const ATTEMPTS = `CREATE TABLE ${DATABASE}.attempts (
  id INT AUTO_INCREMENT PRIMARY KEY, sale_id VARCHAR(32) NOT NULL, buyer_id VARCHAR(64) NOT NULL,
  quantity INT NOT NULL, state VARCHAR(16) NOT NULL, UNIQUE (sale_id, buyer_id)) ENGINE=InnoDB`;

/** A baseline of `loadtest/baselines/`: its processes, and what it left in MySQL or Redis. */
export class Baseline {
  /** @param {import('../world.mjs').World} world */
  constructor(world) {
    this.world = world;
    this.services = {};
  }

  /** @param {import('../world.mjs').World} world @param {string} file @param {{worker?: boolean, name?: string}} [parts] */
  static async open(world, file, { worker = false, name = 'gateway' } = {}) {
    const baseline = new this(world);
    await world.empty();
    await world.sql.query(SALES);
    await world.sql.query(ATTEMPTS);
    const { port, url } = await freeAddress();
    const script = fileURLToPath(new URL(`../../baselines/${file}`, import.meta.url));
    const env = {
      PORT: String(port),
      REDIS_URL: world.servers.redisUrl,
      DATABASE_URL: world.databaseUrl,
      SESSION_SECRET: world.secret,
    };
    if (worker)
      baseline.services.worker = world.start('worker', script, { ...env, ROLE: 'worker' });
    baseline.services.gateway = world.start(name, script, { ...env, ROLE: 'gateway' });
    baseline.url = url;
    await untilListening(port, baseline.services.gateway);
    return baseline;
  }

  get pids() {
    const own = Object.entries(this.services).map(([name, { pid }]) => [name, pid]);
    return { ...Object.fromEntries(own), ...this.world.serverPids };
  }

  stop() {
    return stopAll(Object.values(this.services));
  }

  async sales(count, stock) {
    const ids = Array.from({ length: count }, () => `s${randomBytes(6).toString('hex')}`);
    for (const id of ids) await this.seed(id, stock);
    return ids;
  }

  async seed(id, stock) {
    await this.world.rows(`INSERT INTO ${DATABASE}.sales (id, stock) VALUES (?, ?)`, [id, stock]);
  }

  /** Everything is on disk before it is answered. */
  async settled() {
    return Date.now();
  }
}

/** A floor: it sells nothing, so there is nothing to put in stock and nothing to look at. */
export class Floor extends Baseline {
  async seed() {}

  async record() {
    return null;
  }
}

export class SqlBaseline extends Baseline {
  async record(saleIds) {
    const rows = await this.world.rows(
      `SELECT COUNT(*) AS attempts, COUNT(DISTINCT buyer_id) AS buyers, SUM(quantity) AS sold
         FROM ${DATABASE}.attempts WHERE sale_id IN (?) GROUP BY sale_id`,
      [saleIds],
    );
    const sum = (of) => rows.reduce((total, row) => total + Number(of(row)), 0);
    return {
      decided: sum((row) => row.attempts),
      twice: sum((row) => row.attempts - row.buyers),
      soldEach: rows.map((row) => Number(row.sold)),
      lastDecidedAt: null,
    };
  }
}

export class BullBaseline extends Baseline {
  async seed(id, stock) {
    await this.world.redis.set(`stock:${id}`, stock);
  }

  async record(saleIds) {
    const lists = await Promise.all(
      saleIds.map((id) => this.world.redis.lrange(`decisions:${id}`, 0, -1)),
    );
    const sum = (of) => lists.reduce((total, list) => total + of(list), 0);
    return {
      decided: sum((list) => new Set(list).size),
      twice: sum((list) => list.length - new Set(list.map((line) => line.split(' ')[0])).size),
      soldEach: lists.map((list) => list.filter((line) => line.endsWith(' held')).length),
      lastDecidedAt: null,
    };
  }
}
