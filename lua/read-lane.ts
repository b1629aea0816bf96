import { laneKeys } from '../core/keys.js';
import type { RedisClient } from '../core/redis.js';
import { BEHIND, type Behind, type LaneView, Script } from './script.js';

export type ReadLaneResult =
  | Behind
  | {
      readonly kind: 'ok';
      readonly feedNumber: number;
      /** Redis time, in milliseconds. */
      readonly now: number;
      readonly fencingToken: number;
      readonly ledgerNumber: number;
      /** Id of the worker that holds the lease, or `null`. */
      readonly owner: string | null;
      /** Whether the lane's clock is in doubt (stop-clock.lua). */
      readonly clockStopped: boolean;
    };

const script = new Script('read-lane');

/** Reads where a lane stands; `behind` when Redis has lost what the caller has seen. */
export async function readLane(redis: RedisClient, view: LaneView): Promise<ReadLaneResult> {
  const of = laneKeys(view.lane);
  const reply = await script.run(redis, [of.lane, of.lease], [view.incarnation, view.seen]);
  const [word, feedNumber, now, fencingToken, ledgerNumber, owner, clockStopped] = reply;
  if (word === 'behind') return BEHIND;
  if (word !== 'ok') throw script.unexpected(reply);
  return {
    kind: word,
    feedNumber: Number(feedNumber),
    now: Number(now),
    fencingToken: Number(fencingToken),
    ledgerNumber: Number(ledgerNumber),
    owner: String(owner) || null,
    clockStopped: clockStopped === 1,
  };
}
