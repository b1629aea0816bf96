import { BATCH_LIMIT } from '../core/domain/bounds.js';
import { laneKeys, saleKeys } from '../core/keys.js';
import type { RedisClient } from '../core/redis.js';
import { BEHIND, type Behind, type LaneView, Script } from './script.js';

export type RestockResult =
  | Behind
  | { readonly kind: 'sale-not-found' }
  | { readonly kind: 'idempotency-key-reused' }
  /** Archived: a sale like it has to be created anew. */
  | { readonly kind: 'sale-closed' }
  | { readonly kind: 'stock-in-use'; readonly available: number }
  | { readonly kind: 'over-bound'; readonly total: number }
  | { readonly kind: 'ok' | 'unchanged'; readonly feedNumber: number };

/** A change of a sale's stock. */
export interface Restock {
  readonly saleId: string;
  /** Units to add; negative takes back. −10,000,000 to 10,000,000, not 0. */
  readonly quantity: number;
  /** Who asks: the scope of the key. */
  readonly caller: string;
  /** The Idempotency-Key, '' for none. */
  readonly key: string;
}

const script = new Script('restock');

/**
 * Changes a sale's stock, never below what is held and sold.
 * @param most attempts that this call may change, 2–500
 */
export async function restock(
  redis: RedisClient,
  view: LaneView,
  wish: Restock,
  most = BATCH_LIMIT,
): Promise<RestockResult> {
  const of = laneKeys(view.lane);
  const sale = saleKeys(view.lane, wish.saleId);
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
      sale.requests,
      sale.standby,
      sale.standbyLine,
    ],
    [view.incarnation, view.seen, wish.saleId, wish.quantity, wish.caller, wish.key, most],
  );
  const [word, value] = reply;
  if (word === 'behind') return BEHIND;
  if (word === 'sale-closed') return { kind: word };
  if (word === 'sale-not-found' || word === 'idempotency-key-reused') return { kind: word };
  if (word === 'stock-in-use') return { kind: word, available: Number(value) };
  if (word === 'over-bound') return { kind: word, total: Number(value) };
  if (word !== 'ok' && word !== 'unchanged') throw script.unexpected(reply);
  return { kind: word, feedNumber: Number(value) };
}
