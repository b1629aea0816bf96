import { randomBytes } from 'node:crypto';
import { connectDatabase, type Database } from '../../core/database.js';
import { createLog } from '../../core/log.js';

const SILENT = createLog('migrate', 'silent');

/** An empty database of its own on the real server, without a schema yet. */
export class TestDatabase {
  readonly name = `dropgate_test_${randomBytes(5).toString('hex')}`;
  readonly #server: Database;
  readonly #pools: Database[] = [];

  private constructor(url: string) {
    this.#server = connectDatabase(url, SILENT, { max: 1 });
  }

  static async create(): Promise<TestDatabase> {
    const url = process.env.DATABASE_URL;
    if (!url) throw new Error('DATABASE_URL is not set: run the tests by "npm test"');
    const database = new TestDatabase(url);
    await database.#server.raw(`CREATE DATABASE ${database.name}`);
    return database;
  }

  get url(): string {
    const url = new URL(process.env.DATABASE_URL as string);
    url.pathname = `/${this.name}`;
    return url.href;
  }

  /** One more pool of connections, as another process would have. */
  connect(): Database {
    const pool = connectDatabase(this.url, SILENT, { max: 4 });
    this.#pools.push(pool);
    return pool;
  }

  async drop(): Promise<void> {
    await Promise.all(this.#pools.map((pool) => pool.destroy()));
    await this.#server.raw(`DROP DATABASE ${this.name}`);
    await this.#server.destroy();
  }
}
