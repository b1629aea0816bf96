import type { Server } from 'socket.io';
import type {
  ClientToServerEvents,
  Product,
  Sale,
  ServerToClientEvents,
} from '../../core/contract.js';
import type { AttemptRecord } from '../../core/domain/attempt.js';
import type { FeedEntry } from '../../core/feed.js';
import { writeTogether } from '../../core/turn.js';
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

interface KeptBack {
  readonly saleId: string;
  readonly record: AttemptRecord;
  readonly ahead: number;
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
  /** Attempts whose place is still kept back, by sale and ticket, oldest first. */
  readonly #kept = new Map<string, KeptBack>();
  #timer: NodeJS.Timeout | null = null;

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
    const attempts = entry.attempts();
    const places = placesOf(entry, attempts);
    attempts.forEach((record, i) => {
      if (!this.#rooms.has(buyerRoom(record.buyerId))) return;
      const { saleId } = entry;
      const ahead = places[i] ?? null;
      const id = `${saleId} ${record.ticket}`;
      if (entry.kind === 'entered' && ahead !== null) {
        this.#kept.set(id, { saleId, record, ahead, since: performance.now() });
      } else {
        this.#kept.delete(id);
        this.#pushAttempt(saleId, record, ahead);
      }
    });
    if (this.#kept.size > 0) this.#timer ??= setTimeout(() => this.#pushKept(), PLACE_AFTER_MS);
  }

  /** Tells those their place who have waited long enough for something better. */
  #pushKept(): void {
    this.#timer = null;
    const now = performance.now();
    for (const [id, { saleId, record, ahead, since }] of this.#kept) {
      const left = since + PLACE_AFTER_MS - now;
      if (left > 0) {
        this.#timer = setTimeout(() => this.#pushKept(), left);
        return;
      }
      this.#kept.delete(id);
      const serving = this.#book.get(saleId)?.counts.serving ?? Number.POSITIVE_INFINITY;
      // The line has moved on since: nobody is told a place behind the one that the sale shows.
      if (record.ticket >= serving) {
        this.#pushAttempt(saleId, record, Math.min(ahead, record.ticket - serving));
      }
    }
  }

  #pushAttempt(saleId: string, record: AttemptRecord, ahead: number | null): void {
    const view = attemptView(saleId, { record, ahead });
    this.#keepTogether(buyerRoom(record.buyerId));
    this.#io.to(buyerRoom(record.buyerId)).emit('attempt', view);
  }

  /** What follows for the room's sockets leaves with that for the other buyers of the entry. */
  #keepTogether(room: string): void {
    const { adapter, sockets } = this.#io.of('/');
    for (const id of adapter.rooms.get(room) ?? []) {
      writeTogether(sockets.get(id)?.request.socket);
    }
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
