import type { Database } from '../core/database.js';
import type { Log } from '../core/log.js';
import { pause } from '../core/pause.js';
import { closeRedis, connectRedis, type RedisClient } from '../core/redis.js';
import type { LaneStore } from '../core/stores/lanes.js';
import type { SaleStore } from '../core/stores/sales.js';
import { renewLease } from '../lua/renew-lease.js';
import { Admission } from './admission.js';
import { Archiver } from './archiver.js';
import { HoldSweeper } from './hold-sweeper.js';
import { LedgerWriter } from './ledger-writer.js';
import type { Ownership } from './ownership.js';

/** How long a lease lasts without renewal: the larger part of a takeover after kill -9. */
export const LEASE_MS = 1_000;

const RENEW_MS = 300;

/** What the parts of a lane's owner work with. */
export interface Parts {
  readonly workerId: string;
  readonly redisUrl: string;
  readonly redis: RedisClient;
  readonly db: Database;
  readonly lanes: LaneStore;
  readonly sales: SaleStore;
  /** How long a finished sale stays in Redis, in milliseconds. */
  readonly quietMs: number;
  readonly log: Log;
}

async function keepLease(parts: Parts, ownership: Ownership): Promise<void> {
  const { signal, lane, fencingToken } = ownership;
  while (!signal.aborted) {
    await pause(RENEW_MS, signal);
    if (signal.aborted) return;
    try {
      const kept = await renewLease(parts.redis, lane, parts.workerId, LEASE_MS, fencingToken);
      if (kept === 'lost') ownership.end('lost');
    } catch (error) {
      // Without Redis nobody else can take the lane either; the token guards what comes after.
      parts.log.warn({ lane, error: (error as Error).message }, 'the lease was not renewed');
    }
  }
}

/**
 * Works one lane with all its parts until the ownership ends; then all of them have stopped.
 * @returns closes the connections that were left open, so that the lease can be given up first
 */
export async function ownLane(
  parts: Parts,
  ownership: Ownership,
  ledgerNumber: number,
): Promise<() => Promise<void>> {
  const log = parts.log.child({ lane: ownership.lane, fencingToken: ownership.fencingToken });
  const warn = (error: Error) => log.warn({ error: error.message }, 'Redis connection');
  const tail = connectRedis(parts.redisUrl, 'tail', warn);
  const bull = connectRedis(parts.redisUrl, 'bull', warn);
  // A blocked read would hold the stop up for a second.
  ownership.signal.addEventListener('abort', () => tail.disconnect(), { once: true });
  log.info('lane taken over');
  const admission = new Admission(parts.redis, ownership, log);
  const sweeper = new HoldSweeper(parts.redis, ownership, log);
  const ledger = new LedgerWriter(parts, ownership, ledgerNumber, log);
  const archiver = new Archiver(parts.redis, parts.sales, ownership, parts.quietMs, log);
  const [closeJobs] = await Promise.all([
    admission.run(bull),
    keepLease(parts, ownership),
    sweeper.run(),
    ledger.run(tail),
    archiver.run(),
  ]);
  log.info({ reason: ownership.reason }, 'lane given up');
  return async () => {
    await closeJobs();
    await closeRedis(bull);
  };
}
