import type { SaleConfig } from '../core/domain/sale.js';
import { laneKeys, saleKeys } from '../core/keys.js';
import type { RedisClient } from '../core/redis.js';
import { BEHIND, type Behind, type LaneView, Script } from './script.js';

export type ConfigureResult =
  | Behind
  | { readonly kind: 'sale-not-found' }
  | { readonly kind: 'stale'; readonly version: number }
  | { readonly kind: 'ok' | 'unchanged'; readonly feedNumber: number };

const script = new Script('configure');

/**
 * Seeds a new sale (configuration version 1, with `total` units) or replaces a known sale's
 * configuration by the next version; then `total` changes nothing.
 */
export async function configure(
  redis: RedisClient,
  view: LaneView,
  saleId: string,
  config: SaleConfig,
  total: number,
): Promise<ConfigureResult> {
  const of = laneKeys(view.lane);
  const sale = saleKeys(view.lane, saleId);
  const reply = await script.run(
    redis,
    [of.lane, of.feed, of.due, sale.sale, sale.holds, of.lines],
    [
      view.incarnation,
      view.seen,
      saleId,
      config.version,
      total,
      config.perBuyerLimit,
      config.holdSeconds,
      config.standbyLimit,
      config.opensAt ?? '',
      config.closesAt ?? '',
      config.productId,
      config.createdAt,
      JSON.stringify(config),
      config.title,
    ],
  );
  const [word, value] = reply;
  if (word === 'behind') return BEHIND;
  if (word === 'sale-not-found') return { kind: word };
  if (word === 'stale') return { kind: word, version: Number(value) };
  if (word !== 'ok' && word !== 'unchanged') throw script.unexpected(reply);
  return { kind: word, feedNumber: Number(value) };
}
