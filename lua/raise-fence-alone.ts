import { laneKeys } from '../core/keys.js';
import type { RedisClient } from '../core/redis.js';
import { Script } from './script.js';

export type RaiseFenceAloneResult =
  /** Not shown to be the Redis that was last held against MySQL. */
  | { readonly kind: 'unproven' }
  | { readonly kind: 'lost' }
  | {
      readonly kind: 'ok';
      readonly incarnation: string;
      readonly feedNumber: number;
      /** How far the ledger was at least. */
      readonly ledgerNumber: number;
      readonly fencingToken: number;
    };

const script = new Script('raise-fence-alone');

/** Raises the fencing token while MySQL is away, if Redis has provably lost nothing meanwhile. */
export async function raiseFenceAlone(
  redis: RedisClient,
  lane: number,
  workerId: string,
  runId: string,
): Promise<RaiseFenceAloneResult> {
  const of = laneKeys(lane);
  const reply = await script.run(redis, [of.lane, of.lease], [workerId, runId]);
  const [word, incarnation, feedNumber, ledgerNumber, fencingToken] = reply;
  if (word === 'unproven' || word === 'lost') return { kind: word };
  if (word !== 'ok') throw script.unexpected(reply);
  return {
    kind: word,
    incarnation: String(incarnation),
    feedNumber: Number(feedNumber),
    ledgerNumber: Number(ledgerNumber),
    fencingToken: Number(fencingToken),
  };
}
