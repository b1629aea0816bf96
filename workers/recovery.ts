import { randomBytes } from 'node:crypto';
import { isDatabaseAway } from '../core/database.js';
import { laneKeys } from '../core/keys.js';
import type { Log } from '../core/log.js';
import { pause } from '../core/pause.js';
import { type RedisClient, runIdOf } from '../core/redis.js';
import type { LaneRow, LaneStore } from '../core/stores/lanes.js';
import { adoptLife } from '../lua/adopt-life.js';
import type { NextLife } from '../lua/begin-rebuild.js';
import { createLane } from '../lua/create-lane.js';
import { raiseFence } from '../lua/raise-fence.js';
import { raiseFenceAlone } from '../lua/raise-fence-alone.js';
import { Ownership } from './ownership.js';
import { LedgerContradiction, type Rebuilder } from './rebuilder.js';

export type TakeoverResult =
  | { readonly kind: 'owned'; readonly ownership: Ownership; readonly ledgerNumber: number }
  /** Nothing may be sold: whose data it is, or what it is, cannot be told. */
  | { readonly kind: 'closed' }
  /** Another worker came first, or something changed meanwhile: to be tried again. */
  | { readonly kind: 'lost' };

/** How long a takeover waits for MySQL before it looks whether it can do without. */
const MYSQL_MS = 800;

/** What Redis has of a lane. */
interface Found {
  readonly incarnation: string | null;
  readonly feedNumber: number;
}

/** MySQL did not answer in time, or said that it is going. */
class MysqlAway extends Error {}

/** A new life's id: 12 characters of base 36. */
function newIncarnation(): string {
  return Array.from(randomBytes(12), (byte) => (byte % 36).toString(36)).join('');
}

async function inTime<T>(work: Promise<T>): Promise<T> {
  const done = new AbortController();
  const late = pause(MYSQL_MS, done.signal).then(() => {
    throw new MysqlAway(`MySQL did not answer for ${MYSQL_MS} ms`);
  });
  try {
    return await Promise.race([work, late]);
  } catch (error) {
    throw isDatabaseAway(error) ? new MysqlAway((error as Error).message) : error;
  } finally {
    late.catch(() => undefined);
    done.abort();
  }
}

/**
 * Takes a lane over: raises its fencing token in MySQL, makes sure that Redis has all that the
 * ledger has, and raises the token there. A lane that lost data gets a new life: adopted as it is
 * when Redis still has all that the ledger has, else rebuilt from the ledger.
 */
export class Recovery {
  readonly #redis: RedisClient;
  readonly #lanes: LaneStore;
  readonly #rebuilder: Rebuilder;
  readonly #log: Log;

  constructor(redis: RedisClient, lanes: LaneStore, rebuilder: Rebuilder, log: Log) {
    this.#redis = redis;
    this.#lanes = lanes;
    this.#rebuilder = rebuilder;
    this.#log = log;
  }

  /** For the holder of the lease `workerId` only. */
  async takeOver(lane: number, workerId: string): Promise<TakeoverResult> {
    const runId = await runIdOf(this.#redis);
    try {
      return await this.#withMysql(lane, workerId, runId);
    } catch (error) {
      if (error instanceof LedgerContradiction) {
        this.#log.fatal({ lane, error: error.message }, 'lane not rebuilt: mend the ledger first');
        return { kind: 'closed' };
      }
      if (!(error instanceof MysqlAway)) throw error;
      return this.#withoutMysql(lane, workerId, runId, error);
    }
  }

  async #withMysql(lane: number, workerId: string, runId: string): Promise<TakeoverResult> {
    let row = await inTime(this.#lanes.raiseToken(lane, workerId, 0));
    let raised = await this.#raise(row, workerId, runId);
    if (raised.kind === 'fenced') {
      // MySQL was restored from an older copy, or away when Redis's token rose: go above it.
      row = await inTime(this.#lanes.raiseToken(lane, workerId, raised.fencingToken));
      raised = await this.#raise(row, workerId, runId);
    }
    if (raised.kind === 'behind') return this.#revive(row, workerId, runId);
    if (raised.kind !== 'ok') return { kind: 'lost' };
    if (row.opened !== row.incarnation) {
      await this.#lanes.opened(lane, row.incarnation as string);
    }
    return this.#owned(row, row.incarnation as string, raised.feedNumber);
  }

  async #raise(row: LaneRow, workerId: string, runId: string) {
    if (row.incarnation === null) return { kind: 'behind' } as const;
    const { lane, incarnation, fencingToken, ledgerNumber: seen } = row;
    return raiseFence(this.#redis, { lane, incarnation, fencingToken, seen }, workerId, runId);
  }

  #owned(row: LaneRow, incarnation: string, seen: number): TakeoverResult {
    const { lane, fencingToken, ledgerNumber } = row;
    const ownership = new Ownership({ lane, incarnation, fencingToken, seen });
    return { kind: 'owned', ownership, ledgerNumber };
  }

  /** Redis is not what MySQL expects: finds out what it is, and gives the lane its next life. */
  async #revive(row: LaneRow, workerId: string, runId: string): Promise<TakeoverResult> {
    const { lane, fencingToken, ledgerNumber } = row;
    const found = await this.#find(lane);
    if (found.incarnation !== null && !(await this.#lanes.hadLife(lane, found.incarnation))) {
      this.#log.fatal(
        { lane, found: found.incarnation },
        'Redis holds this lane for another database: point REDIS_URL at the right server, or empty it',
      );
      return { kind: 'closed' };
    }
    const incarnation = newIncarnation();
    if (found.incarnation === null && (await this.#lanes.begin(lane, incarnation))) {
      const created = await createLane(this.#redis, lane, incarnation);
      return { kind: created.kind === 'ok' ? 'lost' : 'closed' };
    }
    this.#log.error(
      { lane, found, incarnation: row.incarnation, ledgerNumber },
      'Redis has lost data of this lane: it gets a new life',
    );
    if (!(await this.#lanes.beginNextLife(lane, fencingToken, incarnation))) {
      return { kind: 'lost' };
    }
    const life = { lane, incarnation, fencingToken, ledgerNumber, workerId, runId };
    const isComplete = found.incarnation === row.opened && found.feedNumber >= ledgerNumber;
    const feedNumber =
      isComplete && found.incarnation !== null
        ? await this.#adopt(life, found.incarnation)
        : await this.#rebuild(life, found.incarnation);
    if (feedNumber === null) return { kind: 'lost' };
    await this.#lanes.opened(lane, incarnation);
    return this.#owned(row, incarnation, feedNumber);
  }

  async #find(lane: number): Promise<Found> {
    const [incarnation, feed] = await this.#redis.hmget(laneKeys(lane).lane, 'incarnation', 'feed');
    return { incarnation: incarnation ?? null, feedNumber: Number(feed) };
  }

  async #adopt(life: NextLife, found: string): Promise<number | null> {
    const adopted = await adoptLife(this.#redis, found, life);
    if (adopted.kind !== 'ok') return null;
    const { lane, incarnation } = life;
    this.#log.warn({ lane, incarnation, feedNumber: adopted.feedNumber }, 'lane adopted as it is');
    return adopted.feedNumber;
  }

  async #rebuild(life: NextLife, found: string | null): Promise<number | null> {
    return (await this.#rebuilder.rebuild(life, found)) === 'ok' ? life.ledgerNumber : null;
  }

  /** MySQL is away: only a Redis that was held against it in this very run can be trusted. */
  async #withoutMysql(
    lane: number,
    workerId: string,
    runId: string,
    cause: Error,
  ): Promise<TakeoverResult> {
    const raised = await raiseFenceAlone(this.#redis, lane, workerId, runId);
    const same = raised.kind === 'ok' && (await runIdOf(this.#redis)) === runId;
    const { message } = cause;
    if (raised.kind !== 'ok' || !same) {
      this.#log.error({ lane, error: message }, 'closed until MySQL tells how far the ledger is');
      return { kind: raised.kind === 'lost' ? 'lost' : 'closed' };
    }
    this.#log.warn({ lane, error: message }, 'taken over without MySQL: it is the same Redis');
    const { incarnation, feedNumber: seen, fencingToken, ledgerNumber } = raised;
    const ownership = new Ownership({ lane, incarnation, fencingToken, seen }, 'redis');
    return { kind: 'owned', ownership, ledgerNumber };
  }
}
