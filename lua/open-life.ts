import { laneKeys } from '../core/keys.js';
import type { RedisClient } from '../core/redis.js';
import type { NextLife } from './begin-rebuild.js';
import { Script } from './script.js';

const script = new Script('open-life');

/**
 * Opens a lane that was rebuilt.
 * @param clock feed time of the lane's last change, in milliseconds
 */
export async function openLife(
  redis: RedisClient,
  life: NextLife,
  clock: number,
): Promise<'ok' | 'lost'> {
  const { lane, incarnation, workerId, fencingToken, ledgerNumber, runId } = life;
  const of = laneKeys(lane);
  const reply = await script.run(
    redis,
    [of.lane, of.lease, of.rebuild],
    [incarnation, workerId, fencingToken, ledgerNumber, clock, runId],
  );
  if (reply[0] !== 'ok' && reply[0] !== 'lost') throw script.unexpected(reply);
  return reply[0];
}
