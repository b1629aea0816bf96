import { timestampOf } from '../core/clock.js';
import type { Attempt, Order, Product, Sale } from '../core/contract.js';
import type { AttemptRecord } from '../core/domain/attempt.js';
import { attemptIdOf } from '../core/domain/ids.js';
import { type OrderRecord, totalOf } from '../core/domain/order.js';
import { type SaleRecord, saleStateAt } from '../core/domain/sale.js';

/** An attempt as its buyer sees it. */
export function attemptView(
  saleId: string,
  { record, ahead }: { readonly record: AttemptRecord; readonly ahead: number | null },
): Attempt {
  return {
    id: attemptIdOf(saleId, record.ticket, record.tag),
    saleId,
    quantity: record.quantity,
    state: record.state,
    ticket: record.ticket,
    ahead,
    holdExpiresAt: timestampOf(record.holdExpiresAt),
    // While a cart's order binds a hold, it is the order's own affair.
    orderId: record.state === 'confirmed' ? record.orderId : null,
    reason: record.reason,
    version: record.version,
  };
}

/** An order as its buyer sees it. */
export function orderView(order: OrderRecord): Order {
  const { id, state, currency, paymentReference } = order;
  return {
    id,
    state,
    lines: [...order.lines],
    total: totalOf(order.lines),
    currency,
    paymentReference,
    createdAt: timestampOf(order.createdAt),
  };
}

/** What a sale's public view takes besides its record. */
export interface SaleMoment {
  readonly product: Product;
  /** Redis time, in milliseconds. */
  readonly now: number;
  /** Decisions a second, over the last seconds. */
  readonly perSecond: number;
}

/** A sale as everybody sees it: no buyer's data. */
export function saleView(sale: SaleRecord, moment: SaleMoment): Sale {
  const { config, counts } = sale;
  const { id, name, description, price, currency } = moment.product;
  return {
    id: sale.id,
    product: { id, name, description, price, currency },
    title: config.title,
    state: saleStateAt(sale, moment.now),
    opensAt: timestampOf(config.opensAt),
    closesAt: timestampOf(config.closesAt),
    stock: {
      total: counts.total,
      available: counts.available,
      held: counts.held,
      sold: counts.sold,
    },
    perBuyerLimit: config.perBuyerLimit,
    holdSeconds: config.holdSeconds,
    standbyLimit: config.standbyLimit,
    line: {
      entered: counts.entered,
      decided: counts.entered - counts.waiting,
      perSecond: moment.perSecond,
      serving: counts.serving,
    },
    serverTime: timestampOf(moment.now),
  };
}
