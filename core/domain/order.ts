/** How far an order has come. docs/decisions/0008 says what may happen in between. */
export const ORDER_STATES = ['pending', 'placed', 'cancelled'] as const;

export type OrderState = (typeof ORDER_STATES)[number];

/** What is written into Redis and the feed when an attempt is confirmed by itself. */
export interface AttemptOrder {
  readonly id: string;
  readonly paymentReference: string;
  readonly productId: string;
  readonly name: string;
  /** Minor units of `currency`, for one unit. */
  readonly price: number;
  readonly currency: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

/** One line of an order: limited goods name the attempt that held them. */
export interface OrderLine {
  readonly productId: string;
  readonly attemptId: string | null;
  readonly name: string;
  readonly quantity: number;
  /** Minor units, for one unit. */
  readonly price: number;
}

/** An order as MySQL keeps it. */
export interface OrderRecord {
  readonly id: string;
  readonly buyerId: string;
  readonly state: OrderState;
  readonly lines: readonly OrderLine[];
  readonly currency: string;
  readonly paymentReference: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

const ATTEMPT_ORDER_ID = /^o(\d{1,3}-[0-9a-z]{10}-\d{1,10}-[0-9a-z]{6})$/;

/** The order that a confirmed attempt makes by itself carries the attempt's id. */
export function orderIdOfAttempt(attemptId: string): string {
  return `o${attemptId.slice(1)}`;
}

/** The attempt behind such an order, or `null` for an order of a cart. */
export function attemptIdOfOrder(orderId: string): string | null {
  const match = ATTEMPT_ORDER_ID.exec(orderId);
  return match ? `a${match[1]}` : null;
}

/** Minor units of all lines together. */
export function totalOf(lines: readonly OrderLine[]): number {
  return lines.reduce((sum, { price, quantity }) => sum + price * quantity, 0);
}
