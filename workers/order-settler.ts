import { announceProduct } from '../core/catalog-stream.js';
import type { Clock } from '../core/clock.js';
import type { Log } from '../core/log.js';
import { pause } from '../core/pause.js';
import type { RedisClient } from '../core/redis.js';
import type { LaneStore } from '../core/stores/lanes.js';
import type { OrderStore, StoredOrder } from '../core/stores/orders.js';
import type { LaneView } from '../lua/script.js';
import { settleOrder } from '../lua/settle-order.js';

/** How often it looks for orders that were left in the middle. */
const LOOK_MS = 1_000;

/** How old such an order is: long past any gateway that still works on it. */
const LEFT_MS = 10_000;

/**
 * When the holds of an order that was cancelled here are let go once more: its gateway may have
 * bound one after the cancelling and died before it saw that.
 */
const LATE_BIND_MS = 60_000;

/** Orders looked at in one go. */
const ORDERS_A_LOOK = 100;

/**
 * Finishes orders whose gateway died: a pending one is cancelled, a placed one has its holds
 * confirmed. Every step is guarded by the order's state, so any number of workers may do it.
 */
export class OrderSettler {
  readonly #redis: RedisClient;
  readonly #orders: OrderStore;
  readonly #lanes: LaneStore;
  readonly #clock: Clock;
  readonly #log: Log;
  /** In the order of their cancelling. */
  readonly #cancelled: { readonly order: StoredOrder; readonly cancelledAt: number }[] = [];

  constructor(redis: RedisClient, orders: OrderStore, lanes: LaneStore, clock: Clock, log: Log) {
    this.#redis = redis;
    this.#orders = orders;
    this.#lanes = lanes;
    this.#clock = clock;
    this.#log = log;
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#look().catch((error) =>
        this.#log.warn({ error: error.message }, 'looking for unsettled orders failed'),
      );
      await pause(LOOK_MS, signal);
    }
  }

  async #look(): Promise<void> {
    const left = await this.#orders.unsettled(this.#clock() - LEFT_MS, ORDERS_A_LOOK);
    const again = this.#takeDue();
    if (left.length + again.length === 0) return;
    const views = new Map<number, LaneView>();
    for (const { lane, incarnation, ledgerNumber } of await this.#lanes.all()) {
      if (incarnation !== null) views.set(lane, { lane, incarnation, seen: ledgerNumber });
    }
    const viewOf = (lane: number) => views.get(lane) ?? null;
    for (const order of left) await this.#settle(order, viewOf);
    for (const order of again) await settleOrder(this.#redis, viewOf, order);
  }

  #takeDue(): StoredOrder[] {
    const now = performance.now();
    const later = this.#cancelled.findIndex(({ cancelledAt }) => now - cancelledAt < LATE_BIND_MS);
    const due = this.#cancelled.splice(0, later === -1 ? this.#cancelled.length : later);
    return due.map(({ order }) => order);
  }

  async #settle(order: StoredOrder, viewOf: (lane: number) => LaneView | null): Promise<void> {
    if (order.state === 'pending') await this.#orders.cancel(order);
    const now = await this.#orders.find(order.id);
    if (!now || !(await settleOrder(this.#redis, viewOf, now))) return;
    await this.#orders.settled(order.id);
    if (now.state === 'cancelled') {
      this.#cancelled.push({ order: now, cancelledAt: performance.now() });
    }
    for (const { productId, attemptId } of now.lines) {
      if (attemptId === null) await announceProduct(this.#redis, productId);
    }
    this.#log.info({ orderId: order.id, state: now.state }, 'finished an order that was left');
  }
}
