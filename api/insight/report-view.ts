import { timestampOf } from '../../core/clock.js';
import type { Product, SaleReport } from '../../core/contract.js';
import { type SaleRecord, saleStateAt } from '../../core/domain/sale.js';
import type { SaleTally } from '../../core/domain/sale-tally.js';

/** What was counted of a sale's attempts. */
export interface SaleCount {
  readonly tally: SaleTally;
  readonly buyers: number;
  readonly revenue: number;
}

type CountedPart = Pick<
  SaleReport,
  'attempts' | 'waiting' | 'confirming' | 'dropOff' | 'standby' | 'promise'
>;

function countedPart({ states, promise, ...tally }: SaleTally): CountedPart {
  const { entered, held, confirmed } = tally;
  const { made, kept, unknown } = promise;
  return {
    attempts: { ...states, all: entered.attempts },
    waiting: tally.waiting.summary(),
    confirming: tally.confirming.summary(),
    dropOff: [
      { step: 'entered', ...entered },
      { step: 'held', ...held },
      { step: 'confirmed', ...confirmed },
    ],
    standby: { ...tally.standby },
    promise: { made, kept, unknown },
  };
}

/** When it opened, or `null` while it has not. */
function openedAt({ config }: SaleRecord, now: number): number | null {
  const at = config.opensAt ?? config.createdAt;
  return at <= now ? at : null;
}

/** A sale's report. `now`: Redis time, in milliseconds. */
export function reportView(
  sale: SaleRecord,
  { name, price, currency }: Product,
  { tally, buyers, revenue }: SaleCount,
  { now, complete }: { readonly now: number; readonly complete: boolean },
): SaleReport {
  const { total, available, held, sold } = sale.counts;
  const soldOut = total > 0 && available === 0;
  return {
    saleId: sale.id,
    title: sale.config.title,
    productName: name,
    currency,
    price,
    state: saleStateAt(sale, now),
    complete,
    openedAt: timestampOf(openedAt(sale, now)),
    firstEnteredAt: timestampOf(tally.firstEnteredAt),
    lastChangedAt: timestampOf(tally.lastChangedAt),
    soldOutAt: soldOut ? timestampOf(tally.lastHeldFromLineAt) : null,
    stock: { total, available, held, sold },
    sellThrough: total === 0 ? 0 : sold / total,
    revenue,
    buyers,
    ...countedPart(tally),
  };
}
