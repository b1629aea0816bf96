import { laneKeys } from '../core/keys.js';
import type { RedisClient } from '../core/redis.js';
import type { NextLife } from './begin-rebuild.js';
import { Script } from './script.js';

const script = new Script('adopt-life');

/**
 * Opens the lane's data as it is under a new incarnation.
 * @param found the incarnation that the data has
 * @param life `ledgerNumber`: what Redis has to have at least
 */
export async function adoptLife(
  redis: RedisClient,
  found: string,
  life: NextLife,
): Promise<{ readonly kind: 'lost' | 'changed' } | { readonly kind: 'ok'; feedNumber: number }> {
  const { lane, ledgerNumber, workerId, incarnation, fencingToken, runId } = life;
  const of = laneKeys(lane);
  const reply = await script.run(
    redis,
    [of.lane, of.lease],
    [found, ledgerNumber, workerId, incarnation, fencingToken, runId],
  );
  const [word, feedNumber] = reply;
  if (word === 'lost' || word === 'changed') return { kind: word };
  if (word !== 'ok') throw script.unexpected(reply);
  return { kind: word, feedNumber: Number(feedNumber) };
}
