import { connect } from 'node:net';
import { Redis } from 'ioredis';
import mysql from 'mysql2/promise';
import { logFile } from '../../bin/setup/logfiles.mjs';
import { freePort } from '../../bin/setup/ports.mjs';
import { startService } from '../../bin/setup/processes.mjs';
import { HEAP_FLAGS } from '../../bin/setup/system.mjs';
import { allBetween, readAll } from './cpu.mjs';

export const DATABASE = 'dropgate_bench';
const STOP_MS = 15_000;
const READY_MS = 30_000;
const LOOK_AGAIN_MS = 25;

/** Quiet: the servers together use less than this share of a core over this time. */
const QUIET_SHARE = 0.12;
const QUIET_OVER_MS = 300;
const QUIET_WITHIN_MS = 10_000;
const IDLE_MS = 1_000;

export const pause = (/** @type {number} */ ms) =>
  new Promise((resolve) => setTimeout(resolve, ms));

/** What all contenders are measured on: the private Redis and database, and who looks into them. */
export class World {
  /** @param {{servers: import('../../bin/setup/servers.mjs').Servers, dataDir: string, secret: string, signal: AbortSignal}} given */
  constructor({ servers, dataDir, secret, signal }) {
    this.servers = servers;
    this.dataDir = dataDir;
    this.secret = secret;
    this.signal = signal;
    this.redis = new Redis(servers.redisUrl);
    // A Redis that has crashed is told by who started it.
    this.redis.on('error', () => {});
    this.sql = mysql.createPool({ uri: servers.databaseUrl, connectionLimit: 2 });
    this.serverPids = Object.fromEntries(servers.services.map(({ name, pid }) => [name, pid]));
  }

  get databaseUrl() {
    const url = new URL(this.servers.databaseUrl);
    url.pathname = `/${DATABASE}`;
    return url.href;
  }

  /** Nothing of the contender before is left. */
  async empty() {
    await this.redis.flushdb();
    await this.sql.query(`DROP DATABASE IF EXISTS ${DATABASE}`);
    await this.sql.query(`CREATE DATABASE ${DATABASE} CHARACTER SET utf8mb4`);
  }

  /** Redis rewrites its file between rounds: in the middle of one, whoever runs then would pay. */
  async rewriteLog() {
    await this.redis.config('SET', 'auto-aof-rewrite-percentage', '0');
    await this.redis.bgrewriteaof();
    while (/aof_rewrite_(in_progress|scheduled):1/.test(await this.redis.info('persistence'))) {
      await pause(LOOK_AGAIN_MS);
    }
  }

  /** @param {string} text @param {unknown[]} [values] @returns {Promise<any[]>} */
  async rows(text, values = []) {
    const [rows] = await this.sql.query(text, values);
    return /** @type {any[]} */ (rows);
  }

  /**
   * One process of a contender, all with the heap that Dropgate's have. @param {string} name @param {string} script
   * @param {NodeJS.ProcessEnv} env
   */
  start(name, script, env) {
    return startService({
      name,
      dataDir: this.dataDir,
      command: process.execPath,
      args: [...HEAP_FLAGS, script],
      log: logFile(this.dataDir, name),
      env: { ...process.env, NODE_ENV: 'production', ...env },
    });
  }

  /** Waits until purges, rewrites and checkpoints of what came before have ended. */
  async quiet(pids) {
    const until = Date.now() + QUIET_WITHIN_MS;
    for (;;) {
      this.signal.throwIfAborted();
      const before = readAll(pids);
      await pause(QUIET_OVER_MS);
      const used = Object.values(allBetween(before, readAll(pids))).reduce((a, b) => a + b, 0);
      if (used < QUIET_SHARE * QUIET_OVER_MS * 1000 || Date.now() > until) return;
    }
  }

  /** What the processes use when nobody asks for anything. @returns {Promise<number>} µs a second */
  async idle(pids) {
    const [before, startedAt] = [readAll(pids), performance.now()];
    await pause(IDLE_MS);
    const used = Object.values(allBetween(before, readAll(pids))).reduce((a, b) => a + b, 0);
    return used / ((performance.now() - startedAt) / 1000);
  }

  async close() {
    this.redis.disconnect();
    await this.sql.end();
  }
}

/** @returns {Promise<{port: number, url: string}>} */
export async function freeAddress() {
  const port = await freePort();
  return { port, url: `http://127.0.0.1:${port}` };
}

/** @param {import('../../bin/setup/processes.mjs').Service[]} services */
export async function stopAll(services) {
  await Promise.all(services.map((service) => service.stop(STOP_MS)));
}

/** @param {number} port @param {import('../../bin/setup/processes.mjs').Service} service */
export async function untilListening(port, service) {
  const until = Date.now() + READY_MS;
  while (!(await takesConnections(port))) {
    if (service.ended() || Date.now() > until)
      throw new Error(`${service.name} did not start: see ${service.log}`);
    await pause(LOOK_AGAIN_MS);
  }
}

function takesConnections(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}
