import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { systemClock } from '../core/clock.js';
import { readWorkerConfig, type WorkerConfig } from '../core/config.js';
import { connectDatabase, type Database, isDatabaseAway } from '../core/database.js';
import { ConfigError } from '../core/errors.js';
import { createLog, type Log } from '../core/log.js';
import { pause } from '../core/pause.js';
import { closeRedis, connectRedis } from '../core/redis.js';
import { type LaneRow, LaneStore } from '../core/stores/lanes.js';
import { LedgerReader } from '../core/stores/ledger-reader.js';
import { IdempotencyStore } from '../core/stores/ops.js';
import { OrderStore } from '../core/stores/orders.js';
import { KEYS_KEPT_MS, SAMPLES_KEPT_MS } from '../core/stores/retention.js';
import { SaleStore } from '../core/stores/sales.js';
import { SampleStore } from '../core/stores/samples.js';
import { type Forgettable, Janitor } from './janitor.js';
import { LaneKeeper } from './lane-keeper.js';
import { OrderSettler } from './order-settler.js';
import { Rebuilder } from './rebuilder.js';
import { Recovery } from './recovery.js';
import { Roster } from './roster.js';

/** How often a worker that starts looks whether MySQL is there. */
const MYSQL_RETRY_MS = 1_000;

/** Readable in logs and in `/api/ops/lanes`, different for each start. */
function newWorkerId(): string {
  return `${hostname().slice(0, 32)}-${process.pid}-${randomBytes(3).toString('hex')}`;
}

/**
 * A worker stopped in the middle of a transaction (SIGSTOP, a frozen machine) must not keep rows
 * locked: MySQL drops a session that says nothing for this long, and a waiting one gives up soon.
 */
const SESSION = 'SET SESSION wait_timeout = 2, innodb_lock_wait_timeout = 1';

/** The lanes are in MySQL: a worker that starts while it is away waits for it. */
async function untilMysqlTells(
  lanes: LaneStore,
  signal: AbortSignal,
  log: Log,
): Promise<LaneRow[]> {
  while (!signal.aborted) {
    try {
      return await lanes.all();
    } catch (error) {
      if (!isDatabaseAway(error)) throw error;
      log.warn({ error: (error as Error).message }, 'waiting for MySQL');
      await pause(MYSQL_RETRY_MS, signal);
    }
  }
  return [];
}

function forgettable(db: Database): Forgettable[] {
  const keys = new IdempotencyStore(db, systemClock);
  const samples = new SampleStore(db);
  return [
    {
      what: 'idempotency keys',
      keptMs: KEYS_KEPT_MS,
      forget: (before, limit) => keys.forget(before, limit),
    },
    {
      what: 'samples',
      keptMs: SAMPLES_KEPT_MS,
      forget: (before, limit) => samples.forget(before, limit),
    },
  ];
}

async function run(config: WorkerConfig): Promise<void> {
  const workerId = newWorkerId();
  const log = createLog('worker', config.LOG_LEVEL).child({ workerId });
  const warn = (error: Error) => log.warn({ error: error.message }, 'Redis connection');
  const redis = connectRedis(config.REDIS_URL, 'lane', warn);
  const db = connectDatabase(config.DATABASE_URL, log, { max: 2 + config.LANES, session: SESSION });
  const lanes = new LaneStore(db);
  const parts = {
    workerId,
    redisUrl: config.REDIS_URL,
    redis,
    db,
    lanes,
    sales: new SaleStore(db),
    quietMs: config.ARCHIVE_AFTER_SECONDS * 1000,
    log,
  };
  const settler = new OrderSettler(redis, new OrderStore(db), lanes, systemClock, log);
  const janitor = new Janitor(forgettable(db), systemClock, log);
  const roster = new Roster(redis, workerId, log);
  const recovery = new Recovery(redis, lanes, new Rebuilder(redis, new LedgerReader(db), log), log);
  const stopped = new AbortController();
  const stop = (signal: string) => {
    log.info({ signal }, 'stopping');
    stopped.abort();
  };
  process.once('SIGTERM', stop).once('SIGINT', stop);
  const keepers = (await untilMysqlTells(lanes, stopped.signal, log)).map(
    ({ lane }) => new LaneKeeper(lane, parts, recovery, roster),
  );
  for (const keeper of keepers) roster.add(keeper);
  stopped.signal.addEventListener('abort', () => {
    for (const keeper of keepers) keeper.stop();
  });
  log.info({ lanes: keepers.length }, 'worker started');
  await Promise.all([
    roster.run(stopped.signal),
    settler.run(stopped.signal),
    janitor.run(stopped.signal),
    ...keepers.map((keeper) => keeper.run()),
  ]);
  await Promise.all([closeRedis(redis), db.destroy()]);
  log.info('worker stopped');
}

async function main(): Promise<void> {
  await run(readWorkerConfig(process.env));
}

main().then(
  // BullMQ can leave its blocking connection open when it is closed early: seen after a SIGSTOP.
  () => process.exit(0),
  (error: unknown) => {
    console.error(error instanceof ConfigError ? error.message : error);
    process.exit(1);
  },
);
