import { BATCH_LIMIT } from '../core/domain/bounds.js';
import { laneKeys, saleKeys } from '../core/keys.js';
import type { RedisClient } from '../core/redis.js';
import { BEHIND, type Behind, FENCED, type Fenced, type LaneView, Script } from './script.js';

/** A lane as its owner sees it. */
export interface OwnedLane extends LaneView {
  readonly fencingToken: number;
}

export type DecideResult =
  | Behind
  | Fenced
  | { readonly kind: 'sale-not-found' }
  | {
      readonly kind: 'ok';
      readonly feedNumber: number;
      /** Attempts that changed: decided, offered stock, or ended in standby. */
      readonly changed: number;
      /** Whether the sale has to be visited again at once. */
      readonly more: boolean;
    };

const script = new Script('decide');

/**
 * Offers stock to standby, then decides tickets from the head of the line.
 * @param most attempts that this call may change, 1–500
 */
export async function decide(
  redis: RedisClient,
  owned: OwnedLane,
  saleId: string,
  most = BATCH_LIMIT,
): Promise<DecideResult> {
  const of = laneKeys(owned.lane);
  const sale = saleKeys(owned.lane, saleId);
  const reply = await script.run(
    redis,
    [
      of.lane,
      of.feed,
      of.lines,
      of.due,
      sale.sale,
      sale.attempts,
      sale.holds,
      sale.left,
      sale.standby,
      sale.standbyLine,
    ],
    [owned.incarnation, owned.seen, owned.fencingToken, saleId, most],
  );
  const [word, feedNumber, changed, more] = reply;
  if (word === 'behind') return BEHIND;
  if (word === 'fenced') return FENCED;
  if (word === 'sale-not-found') return { kind: word };
  if (word !== 'ok') throw script.unexpected(reply);
  return {
    kind: word,
    feedNumber: Number(feedNumber),
    changed: Number(changed),
    more: more === 'more',
  };
}
