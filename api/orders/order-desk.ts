import type { Clock } from '../../core/clock.js';
import type { Cart } from '../../core/contract.js';
import { parseAttemptId } from '../../core/domain/ids.js';
import { attemptIdOfOrder } from '../../core/domain/order.js';
import type { RedisClient } from '../../core/redis.js';
import type { IdempotencyStore, KeyedRequest } from '../../core/stores/ops.js';
import type { OrderStore, StoredOrder } from '../../core/stores/orders.js';
import { bindHold } from '../../lua/pin.js';
import { readOrder } from '../../lua/read-order.js';
import { settleOrder } from '../../lua/settle-order.js';
import type { Lanes } from '../lanes.js';
import type { Catalog } from '../results/catalog.js';
import { randomBody } from '../sales.js';
import type { Carts } from './carts.js';

/** A line that is in the way of an order. */
export interface BlockingLine {
  readonly productId: string;
  readonly attemptId: string | null;
  readonly quantity: number;
  readonly available: number;
}

export type PlaceResult =
  | { readonly kind: 'ok'; readonly order: StoredOrder }
  | { readonly kind: 'key-reused' | 'cart-empty' | 'mixed-currencies' | 'recovering' }
  | { readonly kind: 'confirm-by-shop' }
  | { readonly kind: 'out-of-stock' | 'hold-expired'; readonly lines: readonly BlockingLine[] };

/**
 * Places orders of carts: all or nothing, over MySQL and the lanes in Redis. MySQL decides
 * (docs/decisions/0008): pending with its stock taken → holds bound → placed → holds confirmed.
 */
export class OrderDesk {
  readonly #redis: RedisClient;
  readonly #lanes: Lanes;
  readonly #orders: OrderStore;
  readonly #keys: IdempotencyStore;
  readonly #carts: Carts;
  readonly #catalog: Catalog;
  readonly #clock: Clock;
  readonly #buyersConfirm: boolean;

  constructor(parts: {
    readonly redis: RedisClient;
    readonly lanes: Lanes;
    readonly orders: OrderStore;
    readonly keys: IdempotencyStore;
    readonly carts: Carts;
    readonly catalog: Catalog;
    readonly clock: Clock;
    /** Whether buyers may confirm holds themselves (`BUYER_CONFIRM`). */
    readonly buyersConfirm: boolean;
  }) {
    this.#redis = parts.redis;
    this.#lanes = parts.lanes;
    this.#orders = parts.orders;
    this.#keys = parts.keys;
    this.#carts = parts.carts;
    this.#catalog = parts.catalog;
    this.#clock = parts.clock;
    this.#buyersConfirm = parts.buyersConfirm;
  }

  /** Orders all that is in the buyer's cart. Repeated with the same key, it finishes or answers. */
  async place(buyerId: string, request: KeyedRequest, reference: string): Promise<PlaceResult> {
    const id = await this.#claim(request);
    if (id === null) return { kind: 'key-reused' };
    const known = await this.#orders.find(id);
    if (known?.state === 'placed') return this.#finish(known);
    if (known?.state === 'pending') return this.#bindAndPlace(known);
    const cart = await this.#carts.read(buyerId);
    if (cart === null) return { kind: 'recovering' };
    if (cart.items.length === 0) {
      // A twin of this request may have emptied it by being placed.
      const placed = await this.#orders.find(id);
      return placed?.state === 'placed' ? this.#finish(placed) : { kind: 'cart-empty' };
    }
    if (new Set(cart.items.map(({ currency }) => currency)).size > 1) {
      return { kind: 'mixed-currencies' };
    }
    if (!this.#buyersConfirm && cart.items.some(({ attemptId }) => attemptId !== null)) {
      return { kind: 'confirm-by-shop' };
    }
    const order = this.#orderOf(id, buyerId, cart, reference);
    const begun = await this.#orders.begin(order);
    if (begun.kind === 'short') {
      const lines = begun.lines.map(({ line: { productId, quantity }, available }) => ({
        productId,
        attemptId: null,
        quantity,
        available,
      }));
      return { kind: 'out-of-stock', lines };
    }
    // A twin of this request may have begun it with the cart of a moment before: that one counts.
    const pending = begun.kind === 'begun' ? order : await this.#orders.find(id);
    return pending ? this.#bindAndPlace(pending) : { kind: 'recovering' };
  }

  /** The order with this id, also while the ledger lags behind a confirmed attempt. */
  async read(id: string, buyerId: string): Promise<StoredOrder | null> {
    const stored = await this.#orders.find(id);
    if (stored) return stored.buyerId === buyerId ? stored : null;
    const attemptId = attemptIdOfOrder(id);
    const ref = attemptId === null ? null : parseAttemptId(attemptId);
    const view = ref && this.#lanes.view(ref.lane);
    if (!ref || !view || attemptId === null) return null;
    const found = await readOrder(this.#redis, view, ref);
    if (found.kind !== 'ok' || found.record.buyerId !== buyerId) return null;
    const { order, record } = found;
    const { productId, name, price, currency, paymentReference, createdAt } = order;
    const lines = [{ productId, attemptId, name, price, quantity: record.quantity }];
    const state = 'placed' as const;
    return { id, buyerId, state, settled: true, lines, currency, paymentReference, createdAt };
  }

  /** The order id behind the key. An order that was cancelled gives its key to a new one. */
  async #claim(request: KeyedRequest): Promise<string | null> {
    const claim = await this.#keys.claim(request, `o-${randomBody()}`);
    if (claim.kind === 'reused') return null;
    if (claim.fresh) return claim.objectId;
    const order = await this.#orders.find(claim.objectId);
    if (order?.state !== 'cancelled') return claim.objectId;
    return this.#keys.rebind(request, claim.objectId, `o-${randomBody()}`);
  }

  #orderOf(id: string, buyerId: string, cart: Cart, paymentReference: string): StoredOrder {
    const lines = cart.items.map(({ productId, attemptId, name, quantity, price }) => ({
      productId,
      attemptId,
      name,
      quantity,
      price,
    }));
    const currency = cart.currency ?? '';
    const createdAt = this.#clock();
    const state = 'pending' as const;
    return { id, buyerId, state, settled: false, lines, currency, paymentReference, createdAt };
  }

  async #bindAndPlace(order: StoredOrder): Promise<PlaceResult> {
    const blocking = await this.#bind(order);
    if (blocking === 'recovering') return { kind: 'recovering' };
    if (blocking.length > 0) {
      await this.#orders.cancel(order);
      await this.#settle(order.id);
      return { kind: 'hold-expired', lines: blocking };
    }
    // `false`: it was left so long that a worker has cancelled it, or a twin request placed it.
    await this.#orders.place(order);
    const now = await this.#orders.find(order.id);
    if (now?.state === 'placed') return this.#finish(now);
    // The worker let the holds go before this bound them: nobody else would let them go again.
    if (now) await this.#settle(now.id);
    return { kind: 'recovering' };
  }

  async #bind(order: StoredOrder): Promise<BlockingLine[] | 'recovering'> {
    const blocking: BlockingLine[] = [];
    for (const line of order.lines) {
      const ref = line.attemptId === null ? null : parseAttemptId(line.attemptId);
      if (!ref) continue;
      const view = this.#lanes.view(ref.lane);
      if (!view) return 'recovering';
      const bound = await bindHold(this.#redis, view, ref, order.buyerId, order.id);
      if (bound.kind === 'behind') {
        this.#lanes.closeFor(view, 'behind');
        return 'recovering';
      }
      if (bound.kind === 'ok' || bound.kind === 'unchanged') {
        this.#lanes.saw(view, bound.feedNumber);
      } else {
        const { productId, attemptId, quantity } = line;
        blocking.push({ productId, attemptId, quantity, available: 0 });
      }
    }
    return blocking;
  }

  /** Confirms what is bound and tells all gateways about the stock that is gone. */
  async #finish(order: StoredOrder): Promise<PlaceResult> {
    if (!order.settled) {
      await this.#settle(order.id);
      await this.#announce(order);
    }
    return { kind: 'ok', order };
  }

  async #settle(id: string): Promise<void> {
    const order = await this.#orders.find(id);
    if (!order) return;
    const done = await settleOrder(this.#redis, (lane) => this.#lanes.view(lane), order);
    if (done) await this.#orders.settled(id);
  }

  async #announce(order: StoredOrder): Promise<void> {
    for (const { productId, attemptId } of order.lines) {
      if (attemptId === null) await this.#catalog.reannounce(productId);
    }
  }
}
