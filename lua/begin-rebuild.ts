import { laneKeys } from '../core/keys.js';
import type { RedisClient } from '../core/redis.js';
import { Script } from './script.js';

/** The life of a lane's data that follows a loss. */
export interface NextLife {
  readonly lane: number;
  readonly incarnation: string;
  readonly fencingToken: number;
  /** How far the ledger is. */
  readonly ledgerNumber: number;
  /** Who holds the lease. */
  readonly workerId: string;
  /** The run of Redis that is held against MySQL by this. */
  readonly runId: string;
}

const script = new Script('begin-rebuild');

/**
 * Closes the lane for everybody and begins to build its next life.
 * @param found the incarnation of what is there, `null` for nothing
 */
export async function beginRebuild(
  redis: RedisClient,
  found: string | null,
  { lane, workerId, incarnation }: NextLife,
): Promise<'ok' | 'lost' | 'changed'> {
  const of = laneKeys(lane);
  const reply = await script.run(
    redis,
    [of.lane, of.feed, of.lines, of.due, of.lease, of.rebuild],
    [found ?? '', workerId, incarnation],
  );
  const [word] = reply;
  if (word !== 'ok' && word !== 'lost' && word !== 'changed') throw script.unexpected(reply);
  return word;
}
