import { laneKeys, saleKeys } from '../core/keys.js';
import type { RedisClient } from '../core/redis.js';
import { BEHIND, type Behind, type LaneView, Script } from './script.js';

/** Why entering is paused: an operator's wish, or a script of the sale that kept failing. */
export type PauseReason = 'ops' | 'fault';

export type SwitchResult =
  | Behind
  | { readonly kind: 'sale-not-found' }
  | { readonly kind: 'sale-closed' }
  | { readonly kind: 'ok' | 'unchanged'; readonly feedNumber: number };

const script = new Script('switch');

async function turn(
  redis: RedisClient,
  view: LaneView,
  saleId: string,
  action: 'pause' | 'resume' | 'close',
  reason: PauseReason | '' = '',
): Promise<SwitchResult> {
  const of = laneKeys(view.lane);
  const reply = await script.run(
    redis,
    [of.lane, of.feed, of.lines, saleKeys(view.lane, saleId).sale],
    [view.incarnation, view.seen, saleId, action, reason],
  );
  const [word, feedNumber] = reply;
  if (word === 'behind') return BEHIND;
  if (word === 'sale-not-found' || word === 'sale-closed') return { kind: word };
  if (word !== 'ok' && word !== 'unchanged') throw script.unexpected(reply);
  return { kind: word, feedNumber: Number(feedNumber) };
}

/** Stops entering; the line is decided and deadlines run all the same. */
export function pauseSale(redis: RedisClient, view: LaneView, id: string, reason: PauseReason) {
  return turn(redis, view, id, 'pause', reason);
}

/** Lets buyers enter again. */
export function resumeSale(redis: RedisClient, view: LaneView, id: string) {
  return turn(redis, view, id, 'resume');
}

/** Ends the sale: who waits is rejected, holds keep their deadline. */
export function closeSale(redis: RedisClient, view: LaneView, id: string) {
  return turn(redis, view, id, 'close');
}
