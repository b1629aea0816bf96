import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { DIST } from '../../../bin/setup/places.mjs';
import { run } from '../../../bin/setup/processes.mjs';
import { laneOfSale } from '../../../dist/core/domain/ids.js';
import { saleKeys } from '../../../dist/core/keys.js';
import { freeAddress, pause, stopAll } from '../world.mjs';

const READY_MS = 60_000;
const LOOK_AGAIN_MS = 20;
const SETTLE_MS = 600_000;

/** Stock that was promised to somebody. */
const SOLD = `SUM(CASE WHEN state IN ('held', 'confirmed') THEN quantity ELSE 0 END)`;

/** One gateway (or several) and one worker, as they are deployed. */
export class Dropgate {
  #ops = `bench-${randomBytes(18).toString('hex')}`;
  #productId = null;

  /** @param {import('../world.mjs').World} world */
  constructor(world) {
    this.world = world;
    this.services = {};
    this.urls = [];
  }

  /** @param {import('../world.mjs').World} world @param {{gateways?: number, workers?: number, lanes?: number}} [size] */
  static async open(world, { gateways = 1, workers = 1, lanes = 2 } = {}) {
    const dropgate = new Dropgate(world);
    await world.empty();
    dropgate.env = {
      DATABASE_URL: world.databaseUrl,
      SESSION_SECRET: world.secret,
      OPS_TOKEN: dropgate.#ops,
      LANES: String(lanes),
      RATE_LIMIT: 'off',
      LOG_LEVEL: 'warn',
      MAX_SOCKETS: '100000',
    };
    await dropgate.#migrate();
    try {
      for (let i = 1; i <= workers; i += 1) dropgate.#startWorker(i > 1 ? i : '');
      for (let i = 1; i <= gateways; i += 1) await dropgate.#startGateway(i > 1 ? i : '');
      await dropgate.untilReady();
    } catch (error) {
      await dropgate.stop();
      throw error;
    }
    return dropgate;
  }

  get url() {
    return this.urls[0];
  }

  get pids() {
    const own = Object.entries(this.services).map(([name, { pid }]) => [name, pid]);
    return { ...Object.fromEntries(own), ...this.world.serverPids };
  }

  stop() {
    return stopAll(Object.values(this.services));
  }

  /** @param {string} name of a process that is not needed any more */
  async stopOne(name) {
    await stopAll([this.services[name]]);
    delete this.services[name];
  }

  /** @param {string} name of a process that is to stand still */
  freeze(name) {
    process.kill(this.services[name].pid, 'SIGSTOP');
  }

  /** @param {string} name */
  resume(name) {
    const service = this.services[name];
    if (service && !service.ended()) process.kill(service.pid, 'SIGCONT');
  }

  /** Waits until so many are in the sale's line, decided or not. */
  async untilInLine(saleId, count, lookAgainMs) {
    const { sale } = saleKeys(laneOfSale(saleId), saleId);
    while (Number(await this.world.redis.hget(sale, 'entered')) < count) {
      this.world.signal.throwIfAborted();
      await pause(lookAgainMs);
    }
  }

  /** Creates open sales. @returns {Promise<string[]>} */
  async sales(count, stock) {
    this.#productId ??= (await this.#post('/products', { name: 'Bench', price: 1, stock: 0 })).id;
    const ids = [];
    for (let i = 0; i < count; i += 1) {
      const terms = { title: 'Bench', stock, perBuyerLimit: 1, holdSeconds: 3600 };
      ids.push((await this.#post('/sales', { productId: this.#productId, ...terms })).id);
    }
    return ids;
  }

  /** Waits until MySQL has every one of the accepted attempts decided. @returns {Promise<number>} when */
  async settled(saleIds, accepted) {
    const until = Date.now() + SETTLE_MS;
    for (;;) {
      this.world.signal.throwIfAborted();
      const [{ entered, waiting }] = await this.world.rows(
        `SELECT SUM(entered) AS entered, SUM(waiting) AS waiting FROM ${this.table('sales')} WHERE id IN (?)`,
        [saleIds],
      );
      if ((Number(entered) >= accepted && Number(waiting) === 0) || Date.now() > until)
        return Date.now();
      await pause(LOOK_AGAIN_MS);
    }
  }

  /** What MySQL has, sale by sale. */
  async record(saleIds) {
    const rows = await this.world.rows(
      `SELECT sale_id, COUNT(*) AS attempts, COUNT(DISTINCT buyer_id) AS buyers, ${SOLD} AS sold,
              SUM(state = 'waiting') AS undecided, MAX(changed_at) AS decidedAt
         FROM ${this.table('attempts')} WHERE sale_id IN (?) GROUP BY sale_id`,
      [saleIds],
    );
    const sum = (of) => rows.reduce((total, row) => total + Number(of(row)), 0);
    return {
      decided: sum((row) => row.attempts - row.undecided),
      twice: sum((row) => row.attempts - row.buyers),
      soldEach: rows.map((row) => Number(row.sold)),
      lastDecidedAt: Math.max(...rows.map((row) => Number(row.decidedAt))),
    };
  }

  table(name) {
    return `${new URL(this.world.databaseUrl).pathname.slice(1)}.${name}`;
  }

  async #migrate() {
    const { redisRoles } = this.world.servers;
    const env = { ...process.env, ...this.env, REDIS_URL: redisRoles.worker };
    const main = path.join(DIST, 'migrations', 'main.js');
    const { code, output } = await run(process.execPath, [main], { env });
    if (code !== 0) throw new Error(`migrations failed: ${output}`);
  }

  #startWorker(number) {
    const env = { ...this.env, REDIS_URL: this.world.servers.redisRoles.worker };
    const name = `worker${number}`;
    this.services[name] = this.world.start(name, path.join(DIST, 'workers', 'main.js'), env);
  }

  async #startGateway(number) {
    const { port, url } = await freeAddress();
    const { gateway } = this.world.servers.redisRoles;
    const env = { ...this.env, REDIS_URL: gateway, PORT: String(port), HOST: '127.0.0.1' };
    const name = `gateway${number}`;
    this.services[name] = this.world.start(name, path.join(DIST, 'api', 'main.js'), env);
    this.urls.push(url);
  }

  /** Until every gateway takes attempts, and refuses none. */
  async untilReady() {
    for (const url of this.urls) await this.#untilReady(url);
  }

  async #untilReady(url) {
    const until = Date.now() + READY_MS;
    for (;;) {
      this.world.signal.throwIfAborted();
      const answer = await fetch(`${url}/readyz`).catch(() => null);
      await answer?.arrayBuffer();
      if (answer?.status === 200) return;
      if (Date.now() > until) throw new Error(`${url} did not become ready`);
      await pause(LOOK_AGAIN_MS);
    }
  }

  async #post(route, body) {
    const response = await fetch(`${this.url}/api/ops${route}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${this.#ops}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const text = await response.text();
    if (response.status !== 201) throw new Error(`${route}: ${response.status} ${text}`);
    return JSON.parse(text);
  }
}
