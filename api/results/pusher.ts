import type { Server } from 'socket.io';
import type {
  ClientToServerEvents,
  Product,
  Sale,
  ServerToClientEvents,
} from '../../core/contract.js';
import type { AttemptRecord } from '../../core/domain/attempt.js';
import type { FeedEntry } from '../../core/feed.js';
import { type Message, messageOf, type Receiver, send } from '../socket/frames.js';
import { attemptView, saleView } from '../views.js';
import type { Catalog } from './catalog.js';
import type { SaleBook } from './sale-book.js';
import { Throttle } from './throttle.js';

/** Gateways send each other nothing: each tails the feeds itself. */
export type NoEvents = Record<string, never>;

/** Whom a socket speaks for, and until when (milliseconds since the epoch). */
export interface SocketData {
  buyerId: string;
  expiresAt: number;
}

export type SocketServer = Server<ClientToServerEvents, ServerToClientEvents, NoEvents, SocketData>;

/** At most four a second, by the contract. */
const SALE_EVERY_MS = 250;

/**
 * How long the news of an attempt's place is kept back: whoever pressed has it as an answer, and
 * decided by then it is told once, with its result. A push costs as much as its decision.
 */
const PLACE_AFTER_MS = 100;

export function buyerRoom(buyerId: string): string {
  return `buyer:${buyerId}`;
}

const SALE_ROOM = 'sale:';

export function saleRoom(saleId: string): string {
  return `${SALE_ROOM}${saleId}`;
}

/**
 * How many stand before each attempt of an entry, `null` for those without a place. Who joins the
 * line or standby in an entry is the last there, so all the others stand before.
 */
export function placesOf(entry: FeedEntry, attempts: readonly AttemptRecord[]): (number | null)[] {
  const next = { waiting: entry.counts.waiting, standby: entry.counts.standby };
  for (const { state } of attempts)
    if (state === 'waiting' || state === 'standby') next[state] -= 1;
  return attempts.map(({ state }) => {
    if (state !== 'waiting' && state !== 'standby') return null;
    next[state] += 1;
    return next[state] - 1;
  });
}

function idOf(saleId: string, { ticket }: AttemptRecord): string {
  return `${saleId} ${ticket}`;
}

/** Attempts that entered, and whose places are kept back. */
interface KeptBack {
  readonly entry: FeedEntry;
  /** By the monotonic clock. */
  readonly since: number;
}

/** Tells this gateway's own sockets what the feed told the gateway. */
export class Pusher {
  readonly #io: SocketServer;
  readonly #book: SaleBook;
  readonly #catalog: Catalog;
  readonly #sales: Throttle;
  readonly #stocks: Throttle;
  /** Oldest first. */
  readonly #kept: KeptBack[] = [];
  /** Attempts that changed before their turn came, by sale and ticket, and when: they left. */
  readonly #left = new Map<string, number>();
  #timer: NodeJS.Timeout | null = null;
  /** Built, to be sent with the others of the same entry. */
  readonly #built: { readonly socket: Receiver; readonly message: Message }[] = [];

  constructor(io: SocketServer, book: SaleBook, catalog: Catalog) {
    this.#io = io;
    this.#book = book;
    this.#catalog = catalog;
    this.#sales = new Throttle(SALE_EVERY_MS, (saleId) => this.#pushSale(saleId));
    this.#stocks = new Throttle(SALE_EVERY_MS, (productId) => this.#pushStock(productId));
  }

  /** The book has taken the entry in already. */
  onEntry(entry: FeedEntry): void {
    // Nobody is connected: the entry's body need not even be parsed.
    if (this.#io.engine.clientsCount === 0) return;
    if (this.#rooms.has(saleRoom(entry.saleId))) this.#sales.touch(entry.saleId);
    this.#pushAttempts(entry);
  }

  onProduct(product: Product): void {
    this.#stocks.touch(product.id);
  }

  /** The sale as it stands in the book, or `null` when the gateway does not know it. */
  saleNow(saleId: string): Sale | null {
    const sale = this.#book.get(saleId);
    const product = sale && this.#catalog.remembered(sale.config.productId);
    if (!sale || !product) return null;
    const { now } = this.#book;
    return saleView(sale, { product, now, perSecond: this.#book.perSecond(saleId) });
  }

  /** Sockets by the sale that they watch. */
  get watchers(): Map<string, number> {
    const watching = new Map<string, number>();
    for (const [room, sockets] of this.#rooms) {
      if (room.startsWith(SALE_ROOM)) watching.set(room.slice(SALE_ROOM.length), sockets.size);
    }
    return watching;
  }

  close(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#sales.close();
    this.#stocks.close();
  }

  get #rooms() {
    return this.#io.of('/').adapter.rooms;
  }

  #pushAttempts(entry: FeedEntry): void {
    if (entry.kind === 'entered') return this.#keepBack(entry);
    const { saleId, counts } = entry;
    const attempts = entry.attempts();
    const places = placesOf(entry, attempts);
    attempts.forEach((record, i) => {
      if (this.#kept.length > 0 && record.ticket >= counts.serving) {
        this.#left.set(idOf(saleId, record), performance.now());
      }
      this.#pushAttempt(saleId, record, places[i] ?? null);
    });
    this.#sendAll();
  }

  #keepBack(entry: FeedEntry): void {
    this.#kept.push({ entry, since: performance.now() });
    this.#timer ??= setTimeout(() => this.#pushKept(), PLACE_AFTER_MS);
  }

  /** Tells those their place who have waited long enough for something better. */
  #pushKept(): void {
    const due = performance.now() - PLACE_AFTER_MS;
    const kept = this.#kept.findIndex(({ since }) => since > due);
    const ripe = this.#kept.splice(0, kept === -1 ? this.#kept.length : kept);
    for (const { entry } of ripe) this.#pushPlaces(entry);
    const [oldest] = this.#kept;
    for (const [id, at] of this.#left) {
      if (oldest && at >= oldest.since) break;
      this.#left.delete(id);
    }
    this.#timer = oldest ? setTimeout(() => this.#pushKept(), oldest.since - due) : null;
  }

  #pushPlaces(entry: FeedEntry): void {
    const { saleId, counts } = entry;
    const serving = this.#book.get(saleId)?.counts.serving ?? Number.POSITIVE_INFINITY;
    // Mostly all of them are decided by now, and the entry need not be parsed.
    if (serving > counts.entered) return;
    const attempts = entry.attempts();
    const places = placesOf(entry, attempts);
    attempts.forEach((record, i) => {
      const ahead = places[i] ?? null;
      if (ahead === null || record.ticket < serving || this.#left.has(idOf(saleId, record))) return;
      // The line has moved on since: nobody is told a place behind the one that the sale shows.
      this.#pushAttempt(saleId, record, Math.min(ahead, record.ticket - serving));
    });
    this.#sendAll();
  }

  /** For each socket of the buyer: nearly all have one, and a broadcast to a room builds more. */
  #pushAttempt(saleId: string, record: AttemptRecord, ahead: number | null): void {
    const ids = this.#rooms.get(buyerRoom(record.buyerId));
    if (!ids) return;
    const message = messageOf('attempt', attemptView(saleId, { record, ahead }));
    const { sockets } = this.#io.of('/');
    for (const id of ids) {
      const socket = sockets.get(id);
      if (socket) this.#built.push({ socket, message });
    }
  }

  /**
   * What was built for the buyers of an entry leaves together. Not by corking their sockets: Node
   * then keeps a list with each socket, old by the next push, and such lists keep young frames alive.
   */
  #sendAll(): void {
    for (const { socket, message } of this.#built) send(socket, message);
    this.#built.length = 0;
  }

  #pushSale(saleId: string): void {
    const sale = this.saleNow(saleId);
    if (sale) this.#io.to(saleRoom(saleId)).emit('sale', sale);
  }

  #pushStock(productId: string): void {
    const product = this.#catalog.remembered(productId);
    if (product) this.#io.emit('stock', { productId, available: product.available });
  }
}
