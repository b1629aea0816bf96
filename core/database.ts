import knex, { type Knex } from 'knex';
import type { Log } from './log.js';

export type Database = Knex;

/** Where the pool reports what it noticed, such as a session that the server ended. */
export type DatabaseLog = Pick<Log, 'debug' | 'warn'>;

/**
 * Opens the pool to MySQL or MariaDB. Numbers that the schema keeps in BIGINT stay below 2^53
 * (milliseconds, counts, minor units), so they are read as numbers.
 * @param url `mysql://user:password@host:port/database`
 * @param options `max`: connections at most; `session`: SQL that every new connection runs first
 */
export function connectDatabase(
  url: string,
  log: DatabaseLog,
  { max = 10, session }: { readonly max?: number; readonly session?: string } = {},
): Database {
  const afterCreate = (
    connection: { query: (sql: string, done: (error: Error | null) => void) => void },
    done: (error: Error | null, connection: unknown) => void,
  ) => {
    if (!session) return done(null, connection);
    connection.query(session, (error) => done(error, connection));
  };
  return knex({
    client: 'mysql2',
    connection: {
      uri: url,
      charset: 'utf8mb4',
      timezone: 'Z',
      supportBigNumbers: true,
      connectTimeout: 10_000,
    } as Knex.MySql2ConnectionConfig,
    pool: { min: 0, max, afterCreate },
    acquireConnectionTimeout: 10_000,
    log: {
      // Sessions that end while idle are replaced when needed: no more than a detail.
      warn: (message: string) => log.debug({ message }, 'database pool'),
      error: (message: string) => log.debug({ message }, 'database pool'),
      deprecate: (method: string, instead: string) => log.warn({ method, instead }, 'deprecated'),
      debug: () => undefined,
    },
  });
}

const AWAY = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'PROTOCOL_CONNECTION_LOST',
  'ER_SERVER_SHUTDOWN',
  'ER_CON_COUNT_ERROR',
]);

/** Whether an error says that the database did not answer, rather than that it refused. */
export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return error.name === 'KnexTimeoutError' || AWAY.has((error as { code?: string }).code ?? '');
}

/**
 * Commits, and throws when that failed. `trx.commit()` alone resolves also when the connection was
 * lost before the server had it; only `executionPromise` tells.
 */
export async function commit(trx: Knex.Transaction): Promise<void> {
  await trx.commit();
  await trx.executionPromise;
}
