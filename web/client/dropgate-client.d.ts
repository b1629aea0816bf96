/**
 * The types of Dropgate's client library, as a shop sees them: served beside the library, and the
 * ones that the library itself is written with. `wire-types.ts` holds them against the server's.
 */

/** RFC 3339, UTC, milliseconds. */
export type Timestamp = string;

export type AttemptState =
  | 'waiting'
  | 'held'
  | 'standby'
  | 'confirmed'
  | 'released'
  | 'expired'
  | 'sold-out'
  | 'rejected';

export interface Attempt {
  id: string;
  saleId: string;
  quantity: number;
  state: AttemptState;
  /** Place in the sale's line, from 1; never changes. */
  ticket: number;
  ahead: number | null;
  holdExpiresAt: Timestamp | null;
  orderId: string | null;
  reason: string | null;
  version: number;
}

export type SaleState = 'archived' | 'closed' | 'scheduled' | 'paused' | 'sold-out' | 'open';

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

export interface Sale {
  id: string;
  product: Pick<Product, 'id' | 'name' | 'description' | 'price' | 'currency'>;
  title: string;
  state: SaleState;
  opensAt: Timestamp | null;
  closesAt: Timestamp | null;
  stock: { total: number; available: number; held: number; sold: number };
  perBuyerLimit: number;
  holdSeconds: number;
  standbyLimit: number;
  line: { entered: number; decided: number; perSecond: number; serving: number };
  serverTime: Timestamp;
}

export interface ProductStock {
  productId: string;
  available: number;
}

export interface CartLine {
  productId: string;
  /** Of held goods; else `null`, as is `holdExpiresAt`. */
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
  total: number;
  currency: string | null;
}

export interface OrderLine {
  readonly productId: string;
  readonly attemptId: string | null;
  readonly name: string;
  readonly quantity: number;
  readonly price: number;
}

export interface Order {
  id: string;
  state: 'pending' | 'placed' | 'cancelled';
  lines: OrderLine[];
  total: number;
  currency: string;
  paymentReference: string;
  createdAt: Timestamp;
}

/** RFC 9457. Decide by `code`, never by the text. */
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

/** What became of a request. Whether it reached the server is unknown when `unreachable`. */
export type Answer<T> =
  | { kind: 'ok'; body: T; retryAfterMs: number | null }
  | { kind: 'problem'; problem: Problem; retryAfterMs: number | null }
  | { kind: 'unreachable' };

export interface ConnectOptions {
  /** Where Dropgate is. Without it: where this module was loaded from. */
  baseUrl?: string;
  /**
   * The buyer's token, or a function that fetches one from the shop: it is asked again when a token
   * has expired. Without it the buyer is a guest, the same in all tabs of this browser.
   */
  token?: string | (() => Promise<string>);
}

/** Ends a subscription. */
export type Stop = () => void;

/** What a room says of the sale and of the buyer in it. docs/client-library.md explains each. */
export type Phase = RoomState['phase'];

/** How news reaches the page. */
export type Link = 'connecting' | 'live' | 'polling' | 'offline';

/** Why a request is being repeated. */
export type TroubleKind = 'offline' | 'recovering' | 'overloaded' | 'too-fast';

export interface Trouble {
  readonly kind: TroubleKind;
  /** When the next try is due, in milliseconds of server time. */
  readonly retryAt: number;
}

/** A range of time, in milliseconds of server time. */
export interface TimeToGo {
  readonly from: number;
  readonly to: number;
}

/**
 * How likely the buyer gets the goods, by what is known and nothing else:
 * `enough`: for everybody ahead too, even if each takes all they may; `likely` and `close`: by what
 * buyers took so far; `returns`: only if goods come back; `unlikely`: hardly even then.
 */
export type ChanceLevel = 'enough' | 'likely' | 'close' | 'returns' | 'unlikely';

export interface Chance {
  readonly level: ChanceLevel;
  /** Units that have to come back first, as far as that can be known. */
  readonly needsBack: number;
}

interface Situation {
  /** The place in line, which only falls; `null` unless waiting or standby. */
  readonly ahead: number | null;
  /** How much of the line is behind the buyer, 0 to 1; `null` unless waiting or standby. */
  readonly progress: number | null;
  /** When the decision is expected; `null` while nothing can be promised. It does not jump. */
  readonly timeToGo: TimeToGo | null;
  readonly chance: Chance | null;
  readonly link: Link;
  readonly trouble: Trouble | null;
  /** What is being sent, again and again until it is answered. */
  readonly sending: 'join' | 'leave' | 'confirm' | null;
  /** The code of the last refusal, until the buyer acts again or the sale changes. */
  readonly refusal: string | null;
  /** Whether joining is offered now, not yet or not (again for now), or not at all. */
  readonly joining: 'now' | 'not-now' | 'no';
  /** How many the buyer may ask for, as far as is known. */
  readonly quantityLimit: number;
  /** What the buyer may give up. */
  readonly leaving: 'line' | 'hold' | null;
  /** Who confirms what is held: `shop` once the server has said that only the shop does. */
  readonly confirming: 'buyer' | 'shop' | null;
}

type LoadingState = { phase: 'loading' | 'not-found'; sale: null; attempt: null };
type SaleOnlyState = {
  phase: 'scheduled' | 'open' | 'paused' | 'sold-out' | 'closed' | 'lost';
  sale: Sale;
  attempt: null;
};
type JoiningState = { phase: 'joining'; sale: Sale; attempt: Attempt | null };
type HeldState = {
  phase: 'held' | 'hold-ending';
  sale: Sale;
  attempt: Attempt & { holdExpiresAt: Timestamp };
};
type AttemptPhaseState = {
  phase:
    | 'waiting'
    | 'standby'
    | 'confirmed'
    | 'left'
    | 'released'
    | 'expired'
    | 'missed'
    | 'rejected';
  sale: Sale;
  attempt: Attempt;
};

export type RoomState = Readonly<
  Situation & (LoadingState | SaleOnlyState | JoiningState | HeldState | AttemptPhaseState)
>;

/** One sale as one buyer meets it. */
export interface SaleRoom {
  readonly saleId: string;
  readonly state: RoomState;
  /** Calls `listener` after each change. */
  subscribe(listener: (state: RoomState) => void): Stop;
  /** The state now, and then each change; those that come too fast are skipped. Ends by `close`. */
  states(): AsyncIterableIterator<RoomState>;
  /** Joins the line. Sent until it is answered, also after a reload; takes effect once. */
  join(quantity?: number): Promise<void>;
  /** Leaves the line, or gives the goods back. */
  leave(): Promise<void>;
  /** Confirms what is held. */
  confirm(paymentReference: string): Promise<void>;
  /** Ends the tries of what is being sent. */
  stopTrying(): void;
  /** Stops listening. The place in line stays. */
  close(): void;
}

export interface Dropgate {
  readonly baseUrl: string;
  /** Server time in milliseconds: what countdowns go by, whatever the device's clock says. */
  now(): number;
  /** The room of a sale; the same one until it is closed. */
  sale(saleId: string): SaleRoom;
  /** Ordinary goods: told of each change of stock, of any product. */
  onStock(listener: (stock: ProductStock) => void): Stop;
  /** Told of each change of one of the buyer's attempts, in any sale. */
  onAttempt(listener: (attempt: Attempt) => void): Stop;
  /** Told when the socket is up, or up again: what changed before has to be asked for. */
  onConnect(listener: () => void): Stop;
  readonly calls: Calls;
  /** Closes all rooms and the socket. */
  close(): void;
}

export interface ListQuery {
  limit?: number;
  cursor?: string | null;
}

/** The calls of the public contract, for those who need more than a room. */
export interface Calls {
  listSales(query?: ListQuery & { state?: SaleState }): Promise<Answer<Page<Sale>>>;
  getSale(saleId: string): Promise<Answer<Sale>>;
  listProducts(query?: ListQuery & { q?: string }): Promise<Answer<Page<Product>>>;
  getProduct(productId: string): Promise<Answer<Product>>;
  getStock(productId: string): Promise<Answer<ProductStock>>;
  listAttempts(query?: ListQuery & { saleId?: string }): Promise<Answer<Page<Attempt>>>;
  getAttempt(attemptId: string): Promise<Answer<Attempt>>;
  join(saleId: string, quantity: number, idempotencyKey?: string): Promise<Answer<Attempt>>;
  leave(attemptId: string): Promise<Answer<Attempt>>;
  confirm(attemptId: string, paymentReference: string): Promise<Answer<Attempt>>;
  getCart(): Promise<Answer<Cart>>;
  setCartItem(productId: string, quantity: number): Promise<Answer<Cart>>;
  removeCartItem(productId: string): Promise<Answer<Cart>>;
  /** The key makes a repeated order the same order: keep it until there is an answer. */
  placeOrder(paymentReference: string, idempotencyKey: string): Promise<Answer<Order>>;
  listOrders(query?: ListQuery): Promise<Answer<Page<Order>>>;
  getOrder(orderId: string): Promise<Answer<Order>>;
}

/** Connects a page to Dropgate. Nothing is sent before a room is opened or a call is made. */
export declare function connect(options?: ConnectOptions): Dropgate;
