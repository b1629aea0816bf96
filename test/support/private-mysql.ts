import { existsSync } from 'node:fs';
import { join } from 'node:path';
import knex from 'knex';
import { eventually } from './eventually.js';
import { freePort, freshDirectory, removeDirectory, ServerProcess } from './private-server.js';

/** Recovery after a kill takes a moment; longer means that something is wrong. */
const START_MS = 60_000;

/** As bin/setup/mysqldata.mjs offers it; the setup is plain JavaScript. */
interface MysqlData {
  ensureDataDirectory(options: { program: string; dataDir: string }): Promise<string>;
}

const MYSQL_DATA = new URL('../../../bin/setup/mysqldata.mjs', import.meta.url).href;

const PROGRAMS = ['mariadbd', 'mysqld'];

/** The database server on this machine, or `null`. */
function findServer(): string | null {
  for (const directory of [...(process.env.PATH ?? '').split(':'), '/usr/sbin']) {
    const found = PROGRAMS.map((name) => join(directory, name)).find((file) => existsSync(file));
    if (found) return found;
  }
  return null;
}

/** `null` when a database server can be started here. */
export function missingMysql(): string | null {
  return findServer() === null ? 'mariadbd is not installed' : null;
}

/** A MariaDB of a test's own, that may be killed, frozen and started again. */
export class PrivateMysql {
  readonly url: string;
  readonly #port: number;
  readonly #directory: string;
  readonly #program: string;
  #process: ServerProcess | null = null;

  private constructor(port: number, program: string) {
    this.#port = port;
    this.#program = program;
    this.#directory = freshDirectory('mysql');
    // It listens to this machine alone, lives for one test, and lets in without asking.
    this.url = `mysql://root@127.0.0.1:${port}/mysql`;
  }

  static async open(): Promise<PrivateMysql> {
    const program = findServer();
    if (program === null) throw new Error('mariadbd is not installed');
    const mysql = new PrivateMysql(await freePort(), program);
    const setup = (await import(MYSQL_DATA)) as MysqlData;
    await setup.ensureDataDirectory({ program, dataDir: mysql.#directory });
    await mysql.start();
    return mysql;
  }

  get process(): ServerProcess {
    if (!this.#process) throw new Error('this database was never started');
    return this.#process;
  }

  /** Starts it and waits until it takes connections. */
  async start(): Promise<void> {
    const at = (name: string) => join(this.#directory, name);
    const args = [
      '--no-defaults',
      `--datadir=${at('mysql')}`,
      `--socket=${at('socket')}`,
      `--pid-file=${at('pid')}`,
      `--port=${this.#port}`,
      '--bind-address=127.0.0.1',
      '--skip-name-resolve',
      '--skip-grant-tables',
      '--skip-networking=0',
      '--character-set-server=utf8mb4',
      '--collation-server=utf8mb4_unicode_ci',
      '--innodb-flush-log-at-trx-commit=1',
      '--innodb-buffer-pool-size=32M',
      '--performance-schema=OFF',
      '--skip-log-bin',
      ...(process.getuid?.() === 0 ? ['--user=root'] : []),
    ];
    this.#process = new ServerProcess(this.#program, args, at('log'));
    await this.#untilReady();
  }

  async #untilReady(): Promise<void> {
    const probe = knex({ client: 'mysql2', connection: this.url, pool: { min: 0, max: 1 } });
    const answers = async () => {
      if (!this.process.running) throw new Error(`the database ended: ${this.process.tail}`);
      return probe.raw('SELECT 1').then(
        () => true,
        () => false,
      );
    };
    await eventually(answers, Boolean, START_MS).finally(() => probe.destroy());
  }

  async kill(): Promise<void> {
    await this.process.kill();
  }

  async close(): Promise<void> {
    await this.#process?.kill();
    removeDirectory(this.#directory);
  }
}
