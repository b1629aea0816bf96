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

/** What operators look at while a sale runs; docs/operations.md explains the figures. */
export interface SaleFigures {
  /** As the public sees it. */
  sale: Sale;
  /** Why entering is paused: `ops`, `fault`, or `null`. */
  pausedFor: string | null;
  lane: Lane;
  /** Holds that end within 30 s. */
  holdsEndingSoon: number;
  now: SaleSample;
  /** The last hour, oldest first, one every 10 s. */
  samples: SaleSample[];
}

export interface SaleSample {
  /** The end of the ten seconds that it tells of. */
  at: Timestamp;
  total: number;
  available: number;
  held: number;
  sold: number;
  entered: number;
  waiting: number;
  standby: number;
  decidedPerSecond: number;
  /** From the arrival at a gateway to the decision's arrival there; `null`: nothing was decided. */
  resultMs: { p50: number; p95: number; p99: number; count: number } | null;
  /** Connected sockets, all gateways. */
  sockets: number;
  /** Sockets that watch this sale, all gateways. */
  watchers: number;
  /** The highest of all gateways, 0 to 0.99. */
  shedShare: number;
  /** Requests refused for overload, all gateways. */
  refused: number;
  /** The highest standing event-loop delay of all gateways. */
  loopDelayMs: number;
  /** Feed entries of the lane that the ledger does not have yet. */
  ledgerLag: number;
}

/** Why an attempt came out as it did. */
export type ExplanationCode =
  | 'waiting'
  | 'held'
  | 'standby'
  | 'confirmed'
  | 'released-in-line'
  | 'released-hold'
  | 'expired'
  | 'sold-out'
  | 'rejected';

/** An attempt as operators see it, from the ledger. */
export interface OpsAttempt extends Attempt {
  buyerId: string;
  enteredAt: Timestamp;
  /** Every state that it had, oldest first. */
  history: { state: AttemptState; at: Timestamp; reason: string | null }[];
  explanation: {
    code: ExplanationCode;
    /** The highest ticket of the sale that was ever held; `null` when none was. */
    lastHeldTicket: number | null;
    /** Units that lower tickets have ever held. */
    unitsHeldBefore: number;
    /** Tickets before it. */
    ticketsBefore: number;
  };
}

export interface OpsAttempts extends Page<OpsAttempt> {
  /** Feed entries of the lane that the ledger does not have yet: so much may be newer. */
  lag: number;
}

/** One line of the trail. */
export interface OpsActionEntry {
  id: number;
  at: Timestamp;
  opsName: string;
  action: string;
  objectId: string;
  detail: unknown;
}

/** Durations in milliseconds; percentiles are at most 5 % too high, `max` is exact. */
export interface Distribution {
  count: number;
  p50: number | null;
  p95: number | null;
  p99: number | null;
  max: number | null;
  /** Each counts what is above the one before and not above `upToMs`; `null` is the rest. */
  buckets: { upToMs: number | null; count: number }[];
}

/** What a sale came to, from the ledger. */
export interface SaleReport {
  saleId: string;
  title: string;
  productName: string;
  currency: string;
  price: number;
  state: SaleState;
  /** Nothing can change any more, and the ledger has all. */
  complete: boolean;
  openedAt: Timestamp | null;
  firstEnteredAt: Timestamp | null;
  lastChangedAt: Timestamp | null;
  /** When the line got the last unit, while none is available; else `null`. */
  soldOutAt: Timestamp | null;
  stock: { total: number; available: number; held: number; sold: number };
  /** Sold units of all, 0 to 1. */
  sellThrough: number;
  /** Minor units: what was confirmed, at the prices of its orders. */
  revenue: number;
  attempts: Record<AttemptState, number> & { all: number };
  buyers: number;
  /** From entering to the first decision. */
  waiting: Distribution;
  /** From the hold to its confirmation. */
  confirming: Distribution;
  /** How many came as far as this. */
  dropOff: { step: 'entered' | 'held' | 'confirmed'; attempts: number; units: number }[];
  standby: { entered: number; held: number; missed: number };
  /**
   * Whoever was still in line after two seconds was told a time range. `made`: told, and decided
   * since; `kept`: within the first one; `unknown`: no time could be told, or not decided.
   */
  promise: { made: number; kept: number; unknown: number };
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
