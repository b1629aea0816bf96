import type { Attempt } from '../../core/contract.js';
import { type AttemptRef, parseAttemptId } from '../../core/domain/ids.js';
import { attemptIdOfOrder, orderIdOfAttempt } from '../../core/domain/order.js';
import type { RedisClient } from '../../core/redis.js';
import type { AttemptStore } from '../../core/stores/attempts.js';
import type { OrderStore } from '../../core/stores/orders.js';
import { confirm } from '../../lua/confirm.js';
import type { Lanes } from '../lanes.js';
import type { Catalog } from '../results/catalog.js';
import type { SaleBook } from '../results/sale-book.js';
import { attemptView } from '../views.js';

export type ConfirmationResult =
  | { readonly kind: 'ok'; readonly attempt: Attempt }
  | {
      readonly kind:
        | 'not-found'
        | 'recovering'
        | 'not-held'
        | 'hold-expired'
        | 'already-confirmed'
        | 'in-order';
    };

/** Confirms single attempts: the buyer's way, and the shop's server's. */
export class Confirmations {
  readonly #redis: RedisClient;
  readonly #lanes: Lanes;
  readonly #book: SaleBook;
  readonly #catalog: Catalog;
  readonly #archive: { readonly attempts: AttemptStore; readonly orders: OrderStore };

  constructor(
    redis: RedisClient,
    lanes: Lanes,
    book: SaleBook,
    catalog: Catalog,
    archive: { readonly attempts: AttemptStore; readonly orders: OrderStore },
  ) {
    this.#redis = redis;
    this.#lanes = lanes;
    this.#book = book;
    this.#catalog = catalog;
    this.#archive = archive;
  }

  /** @param buyerId whose attempt it has to be; `null` for the shop's server */
  async confirm(
    attemptId: string,
    buyerId: string | null,
    paymentReference: string,
  ): Promise<ConfirmationResult> {
    const ref = parseAttemptId(attemptId);
    if (!ref || !this.#lanes.has(ref.lane)) return { kind: 'not-found' };
    const view = this.#lanes.view(ref.lane);
    if (!view) return { kind: 'recovering' };
    const sale = this.#book.get(ref.saleId);
    const product = sale && (await this.#catalog.find(sale.config.productId));
    if (!product) return this.#archived(ref, buyerId, paymentReference);
    const { id: productId, name, price, currency } = product;
    const createdAt = this.#book.now;
    const id = orderIdOfAttempt(attemptId);
    const order = { id, paymentReference, productId, name, price, currency, createdAt };
    const result = await confirm(this.#redis, view, ref, buyerId, order);
    if (result.kind === 'behind') {
      this.#lanes.closeFor(view, 'behind');
      return { kind: 'recovering' };
    }
    if (result.kind === 'not-found') return this.#archived(ref, buyerId, paymentReference);
    if (!('record' in result)) return result;
    this.#lanes.saw(view, result.feedNumber);
    const attempt = attemptView(ref.saleId, { record: result.record, ahead: null });
    return { kind: 'ok', attempt };
  }
  /** In an archived sale all has ended: a repeated request is answered as it was before. */
  async #archived(
    { saleId, ticket, tag }: AttemptRef,
    buyerId: string | null,
    paymentReference: string,
  ): Promise<ConfirmationResult> {
    const found = await this.#archive.attempts.find(saleId, ticket);
    const record = found?.record;
    if (record?.tag !== tag || (buyerId !== null && record.buyerId !== buyerId)) {
      return { kind: 'not-found' };
    }
    if (record.state === 'expired' || record.state === 'released') return { kind: 'hold-expired' };
    if (record.state !== 'confirmed' || record.orderId === null) return { kind: 'not-held' };
    const order = await this.#archive.orders.find(record.orderId);
    const same = order?.paymentReference === paymentReference;
    if (!same || attemptIdOfOrder(order.id) === null) return { kind: 'already-confirmed' };
    return { kind: 'ok', attempt: attemptView(saleId, { record, ahead: null }) };
  }
}
