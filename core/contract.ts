/**
 * The wire: what clients, load tests and ops tools see. Server, web client and tests share
 * this file; changing a name here changes the public contract.
 */
import type { AttemptState } from './domain/attempt.js';
import type { OrderLine, OrderState } from './domain/order.js';
import type { SaleState } from './domain/sale.js';

/** RFC 3339, UTC, milliseconds. */
export type Timestamp = string;

export interface Attempt {
  id: string;
  saleId: string;
  quantity: number;
  state: AttemptState;
  /** Place in the sale's line, from 1, no gaps; never changes. */
  ticket: number;
  /** Undecided (for standby: standby) tickets before it; `null` in any other state. */
  ahead: number | null;
  holdExpiresAt: Timestamp | null;
  orderId: string | null;
  reason: string | null;
  /** Rises with each change of state. */
  version: number;
}

export interface Product {
  id: string;
  name: string;
  description: string;
  /** Minor units of `currency`. */
  price: number;
  /** ISO 4217. */
  currency: string;
  stock: number;
  available: number;
  version: number;
}

/** The product as a sale shows it. */
export type SaleProduct = Pick<Product, 'id' | 'name' | 'description' | 'price' | 'currency'>;

export interface Sale {
  id: string;
  product: SaleProduct;
  title: string;
  state: SaleState;
  opensAt: Timestamp | null;
  closesAt: Timestamp | null;
  stock: { total: number; available: number; held: number; sold: number };
  perBuyerLimit: number;
  holdSeconds: number;
  standbyLimit: number;
  /** `serving` is the next ticket to be decided: a client's place is ticket − serving. */
  line: { entered: number; decided: number; perSecond: number; serving: number };
  serverTime: Timestamp;
}

/** RFC 9457. Members beyond these are named in docs/errors.md. */
export interface Problem {
  type: string;
  code: string;
  title: string;
  status: number;
  detail: string;
  [extension: string]: unknown;
}

export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

export interface GuestSession {
  buyerId: string;
  token: string;
  expiresAt: Timestamp;
}

export interface ProductStock {
  productId: string;
  available: number;
}

/** One line of a cart. Held goods have an attempt and a deadline. */
export interface CartLine {
  productId: string;
  attemptId: string | null;
  name: string;
  quantity: number;
  price: number;
  currency: string;
  available: number;
  holdExpiresAt: Timestamp | null;
}

export interface Cart {
  items: CartLine[];
  /** Minor units. */
  total: number;
  /** `null` while the cart is empty. */
  currency: string | null;
}

export interface Order {
  id: string;
  state: OrderState;
  lines: OrderLine[];
  /** Minor units. */
  total: number;
  currency: string;
  paymentReference: string;
  createdAt: Timestamp;
}

export interface SaleAudit {
  saleId: string;
  redis: AuditCounts;
  ledger: AuditCounts;
  feedNumber: number;
  ledgerNumber: number;
  /** Whether both sides differ although the ledger has the whole feed. */
  drift: boolean;
  invariants: { id: number; holds: boolean; detail: string }[];
}

export interface AuditCounts {
  total: number;
  available: number;
  held: number;
  sold: number;
  waiting: number;
  standby: number;
}

export type LaneState = 'open' | 'recovering' | 'closed';

export interface Lane {
  lane: number;
  state: LaneState;
  owner: string | null;
  fencingToken: number;
  incarnation: string | null;
  waiting: number;
  feedNumber: number;
  ledgerNumber: number;
  lag: number;
  /** `stopped` while Redis's time is in doubt: nothing opens, closes or expires. */
  clock: 'running' | 'stopped';
}

export interface AttemptRequest {
  saleId: string;
  quantity: number;
  /** The socket's Idempotency-Key. */
  requestId?: string;
}

export type AttemptAck = { ok: true; attempt: Attempt } | { ok: false; problem: Problem };
export type WatchAck = { ok: true; sale: Sale } | { ok: false; problem: Problem };
export type UnwatchAck = { ok: true } | { ok: false; problem: Problem };

/** Socket.IO, default namespace, `auth: { token }`, websocket transport only. */
export interface ClientToServerEvents {
  attempt: (request: AttemptRequest, ack: (answer: AttemptAck) => void) => void;
  watch: (request: { saleId: string }, ack: (answer: WatchAck) => void) => void;
  unwatch: (request: { saleId: string }, ack: (answer: UnwatchAck) => void) => void;
}

export interface ServerToClientEvents {
  /** On every connect: the buyer's latest attempt in each sale that is not archived. */
  attempts: (attempts: Attempt[]) => void;
  /** One of the buyer's attempts changed. */
  attempt: (attempt: Attempt) => void;
  /** A watched sale changed; at most 4 a second. */
  sale: (sale: Sale) => void;
  stock: (stock: ProductStock) => void;
}
