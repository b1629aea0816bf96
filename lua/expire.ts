import { BATCH_LIMIT } from '../core/domain/bounds.js';
import { laneKeys, saleKeys } from '../core/keys.js';
import type { RedisClient } from '../core/redis.js';
import type { OwnedLane } from './decide.js';
import { BEHIND, type Behind, FENCED, type Fenced, Script } from './script.js';

export type ExpireResult =
  | Behind
  | Fenced
  | { readonly kind: 'sale-not-found' }
  | {
      readonly kind: 'ok';
      readonly feedNumber: number;
      readonly expired: number;
      /** Whether more holds may be due. */
      readonly more: boolean;
    };

const script = new Script('expire');

/**
 * Does what is due in one sale: opens, closes, ends holds whose deadline has passed.
 * @param most attempts that this call may change, an even number, 2–500
 */
export async function expire(
  redis: RedisClient,
  owned: OwnedLane,
  saleId: string,
  most = BATCH_LIMIT,
): Promise<ExpireResult> {
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
      sale.buyers,
      sale.standby,
      sale.standbyLine,
    ],
    [owned.incarnation, owned.seen, owned.fencingToken, saleId, most],
  );
  const [word, feedNumber, expired, more] = reply;
  if (word === 'behind') return BEHIND;
  if (word === 'fenced') return FENCED;
  if (word === 'sale-not-found') return { kind: word };
  if (word !== 'ok') throw script.unexpected(reply);
  return {
    kind: word,
    feedNumber: Number(feedNumber),
    expired: Number(expired),
    more: more === 'more',
  };
}
