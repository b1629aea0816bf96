import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, rmSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { connectRedis, type RedisClient, untilReady } from '../../core/redis.js';
import {
  freePort,
  freshDirectory,
  namesIn,
  removeDirectory,
  ServerProcess,
} from './private-server.js';
import { within } from './within.js';

/** Loading a test's data takes moments; longer means that something is wrong. */
const START_MS = 30_000;

export interface RedisSettings {
  /** Lines of redis.conf that differ from what Dropgate asks for. */
  readonly config?: Readonly<Record<string, string>>;
  /** Where its data is; without it, in a fresh directory that goes in the end. */
  readonly directory?: string;
  /** A command that starts it, such as one that enters a namespace. */
  readonly launcher?: readonly string[];
}

/** As Dropgate asks for it: see docs/operations.md. */
const REQUIRED = {
  bind: '127.0.0.1',
  appendonly: 'yes',
  appendfsync: 'always',
  save: '',
  'maxmemory-policy': 'noeviction',
};

/** A redis-server of a test's own, that may be killed, starved, robbed and started again. */
export class PrivateRedis {
  readonly port: number;
  readonly url: string;
  readonly directory: string;
  readonly #settings: RedisSettings;
  readonly #logDirectory = freshDirectory('redis-log');
  #process: ServerProcess | null = null;
  #client: RedisClient | null = null;

  private constructor(port: number, settings: RedisSettings) {
    this.port = port;
    this.url = `redis://127.0.0.1:${port}`;
    this.directory = settings.directory ?? freshDirectory('redis');
    this.#settings = settings;
  }

  static async open(settings: RedisSettings = {}): Promise<PrivateRedis> {
    const redis = await PrivateRedis.prepare(settings);
    await redis.start();
    return redis;
  }

  /** One that is not started yet. */
  static async prepare(settings: RedisSettings = {}): Promise<PrivateRedis> {
    return new PrivateRedis(await freePort(), settings);
  }

  /** For commands of the test itself. */
  get client(): RedisClient {
    if (!this.#client) throw new Error('this Redis is not running');
    return this.#client;
  }

  get process(): ServerProcess {
    if (!this.#process) throw new Error('this Redis was never started');
    return this.#process;
  }

  /** Where its append-only files are. */
  get aofDirectory(): string {
    return join(this.directory, 'appendonlydir');
  }

  /** Starts it on what data there is, and waits until it has loaded that. */
  async start(): Promise<void> {
    const { config, launcher = [] } = this.#settings;
    const all = { ...REQUIRED, ...config, port: String(this.port), dir: this.directory };
    const args = Object.entries(all).flatMap(([name, value]) => [`--${name}`, value]);
    const [command = '', ...rest] = [...launcher, 'redis-server', ...args];
    const server = new ServerProcess(command, rest, join(this.#logDirectory, 'redis.log'));
    this.#process = server;
    this.#client = connectRedis(this.url, 'lane', () => undefined);
    const ended = server.exited().then(() => {
      throw new Error(`redis-server ended: ${server.tail}`);
    });
    ended.catch(() => undefined);
    await within(Promise.race([untilReady(this.#client), ended]), START_MS, 'Redis');
  }

  /** As if the machine had failed. What the kernel had not written yet is still there: see SyncLog. */
  async kill(): Promise<void> {
    this.#client?.disconnect();
    this.#client = null;
    await this.#process?.kill();
  }

  /** The incremental append-only files, oldest first: all that was written since the last rewrite. */
  get increments(): string[] {
    return namesIn(this.aofDirectory)
      .filter((name) => name.endsWith('.incr.aof'))
      .sort((a, b) => Number(a.split('.').at(-3)) - Number(b.split('.').at(-3)))
      .map((name) => join(this.aofDirectory, name));
  }

  /** Cuts bytes off the end of one of its files, if a rewrite has not removed that. */
  cut(file: string, bytes: number): void {
    if (existsSync(file)) truncateSync(file, Math.max(0, statSync(file).size - bytes));
  }

  /**
   * What an operator does before Redis is started on a file that a failure tore. Redis (7.0.15, and
   * others) cuts such a file inside the transaction that was torn, not before it: that half is left
   * out of what it loads, but the next start takes it for the beginning of what was written since.
   */
  mend(): void {
    const manifest = join(this.aofDirectory, 'appendonly.aof.manifest');
    const { status, stdout } = spawnSync('redis-check-aof', ['--fix', manifest], { input: 'y\n' });
    if (status !== 0) throw new Error(`redis-check-aof ended with ${status}: ${stdout}`);
  }

  /** Copies its data as it is at this moment, as a backup tool would. */
  copyTo(directory: string): void {
    cpSync(this.aofDirectory, join(directory, 'appendonlydir'), { recursive: true });
  }

  /** Puts a copy in the place of its data; not while it runs. */
  replaceBy(directory: string): void {
    this.wipe();
    cpSync(directory, this.directory, { recursive: true });
  }

  /** Removes all of its data; not while it runs. */
  wipe(): void {
    rmSync(this.aofDirectory, { recursive: true, force: true });
  }

  async close(): Promise<void> {
    await this.kill();
    removeDirectory(this.#logDirectory);
    if (this.#settings.directory === undefined) removeDirectory(this.directory);
  }
}
