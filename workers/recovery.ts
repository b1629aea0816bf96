import { randomBytes } from 'node:crypto';
import type { Log } from '../core/log.js';
import type { RedisClient } from '../core/redis.js';
import type { LaneRow, LaneStore } from '../core/stores/lanes.js';
import { createLane } from '../lua/create-lane.js';
import { raiseFence } from '../lua/raise-fence.js';
import { Ownership } from './ownership.js';

export type TakeoverResult =
  | { readonly kind: 'owned'; readonly ownership: Ownership; readonly ledgerNumber: number }
  /** Redis lost or never had this lane's data: it must not sell. */
  | { readonly kind: 'closed' }
  | { readonly kind: 'lost' };

/** A new life's id: 12 characters of base 36. */
function newIncarnation(): string {
  return Array.from(randomBytes(12), (byte) => (byte % 36).toString(36)).join('');
}

/**
 * Takes a lane over: raises its fencing token in MySQL, makes sure that Redis has all that the
 * ledger has, and raises the token there. A lane without its data stays closed.
 */
export class Recovery {
  readonly #redis: RedisClient;
  readonly #lanes: LaneStore;
  readonly #log: Log;

  constructor(redis: RedisClient, lanes: LaneStore, log: Log) {
    this.#redis = redis;
    this.#lanes = lanes;
    this.#log = log;
  }

  /** For the holder of the lease `workerId` only. */
  async takeOver(lane: number, workerId: string): Promise<TakeoverResult> {
    let row = await this.#lanes.raiseToken(lane, workerId, 0);
    let raised = await this.#raise(row, workerId);
    if (raised.kind === 'fenced') {
      // MySQL was restored from an older copy: go above what Redis has seen.
      row = await this.#lanes.raiseToken(lane, workerId, raised.fencingToken);
      raised = await this.#raise(row, workerId);
    }
    if (raised.kind === 'behind') {
      const incarnation = await this.#begin(row);
      if (incarnation === null) return { kind: 'closed' };
      row = { ...row, incarnation };
      raised = await this.#raise(row, workerId);
    }
    if (raised.kind === 'behind') return { kind: 'closed' };
    if (raised.kind !== 'ok') return { kind: 'lost' };
    const ownership = new Ownership({
      lane,
      incarnation: row.incarnation as string,
      fencingToken: row.fencingToken,
      seen: raised.feedNumber,
    });
    return { kind: 'owned', ownership, ledgerNumber: row.ledgerNumber };
  }

  async #raise(row: LaneRow, workerId: string) {
    if (row.incarnation === null) return { kind: 'behind' } as const;
    const { lane, incarnation, fencingToken, ledgerNumber: seen } = row;
    return raiseFence(this.#redis, { lane, incarnation, fencingToken, seen }, workerId);
  }

  /** Begins the lane's first life if it never had a sale; `null` when that cannot be shown. */
  async #begin(row: LaneRow): Promise<string | null> {
    const incarnation = newIncarnation();
    if (!(await this.#lanes.begin(row.lane, incarnation))) {
      this.#log.fatal(
        { lane: row.lane, incarnation: row.incarnation, ledgerNumber: row.ledgerNumber },
        'Redis has lost this lane, or part of it: nothing is sold until its data is back',
      );
      return null;
    }
    const created = await createLane(this.#redis, row.lane, incarnation);
    if (created.kind === 'ok') return incarnation;
    this.#log.fatal(
      { lane: row.lane, found: created.incarnation },
      'Redis holds this lane for another database: point REDIS_URL at the right server, or empty it',
    );
    return null;
  }
}
