import type { Knex } from 'knex';
import type { Database } from '../core/database.js';
import * as catalog from './steps/001-catalog.js';
import * as lanes from './steps/002-lanes.js';
import * as sales from './steps/003-sales.js';
import * as attempts from './steps/004-attempts.js';
import * as ops from './steps/005-ops.js';
import * as orders from './steps/006-orders.js';
import * as archive from './steps/007-archive.js';
import * as lives from './steps/008-lives.js';
import * as oldKeys from './steps/009-old-keys.js';
import * as insight from './steps/010-insight.js';
import * as growingRoom from './steps/011-growing-room.js';

interface Step {
  readonly name: string;
  readonly up: (db: Knex) => Promise<void>;
  readonly down: (db: Knex) => Promise<void>;
}

/** In order. A step that has landed is never edited: a new one follows it. */
const STEPS: readonly Step[] = [
  { name: '001-catalog', ...catalog },
  { name: '002-lanes', ...lanes },
  { name: '003-sales', ...sales },
  { name: '004-attempts', ...attempts },
  { name: '005-ops', ...ops },
  { name: '006-orders', ...orders },
  { name: '007-archive', ...archive },
  { name: '008-lives', ...lives },
  { name: '009-old-keys', ...oldKeys },
  { name: '010-insight', ...insight },
  { name: '011-growing-room', ...growingRoom },
];

const SOURCE: Knex.MigrationSource<Step> = {
  getMigrations: async () => [...STEPS],
  getMigrationName: (step) => step.name,
  getMigration: async (step) => step,
};

/** DDL commits by itself in MySQL, so a transaction would promise what it cannot keep. */
const CONFIG: Knex.MigratorConfig = { migrationSource: SOURCE, disableTransactions: true };

/** Longer than any migration: several processes may migrate at once and wait for each other. */
const LOCK_SECONDS = 300;

/**
 * Runs `work` in one process at a time, by a lock of the database session that a crash releases.
 * Knex's own lock is a row that a crash leaves behind: under this one it can be freed safely.
 */
async function alone<T>(db: Database, work: () => Promise<T>): Promise<T> {
  const connection = await db.client.acquireConnection();
  try {
    const [[row]] = await connection
      .promise()
      .query("SELECT GET_LOCK(CONCAT(DATABASE(), '.migrate'), ?) AS locked", [LOCK_SECONDS]);
    if (row.locked !== 1) throw new Error(`another process has migrated for ${LOCK_SECONDS} s`);
    await db.migrate.forceFreeMigrationsLock(CONFIG);
    return await work();
  } finally {
    await connection.promise().query("SELECT RELEASE_LOCK(CONCAT(DATABASE(), '.migrate'))");
    await db.client.releaseConnection(connection);
  }
}

/** Names of the steps that the database does not have yet, or has but should not. */
export async function pendingSteps(db: Database): Promise<string[]> {
  const [, pending] = await db.migrate.list(CONFIG);
  return pending.map((step: Step) => step.name);
}

/** Brings the schema up to date and adds lanes up to their configured number. */
export async function migrate(db: Database, laneCount: number): Promise<string[]> {
  return alone(db, async () => {
    const [, done] = await db.migrate.latest(CONFIG);
    const lanes = Array.from({ length: laneCount }, (_none, lane) => ({ lane }));
    await db('lanes').insert(lanes).onConflict('lane').merge(['lane']);
    return done;
  });
}

/** Takes back every step, for tests and for a first deployment that went wrong. */
export async function rollback(db: Database): Promise<string[]> {
  return alone(db, async () => {
    const [, undone] = await db.migrate.rollback(CONFIG, true);
    return undone;
  });
}
