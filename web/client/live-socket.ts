import { io, type Socket } from 'socket.io-client';
import type { ClientToServerEvents, ServerToClientEvents } from '../../core/contract.js';
import type { Attempt, Problem, ProductStock, Sale, Stop } from './dropgate-client.js';
import type { Identity } from './identity.js';

/** What the watcher of one sale is told. */
export interface LiveNews {
  /** The socket is up and the sale is watched, or no longer. */
  up: (up: boolean) => void;
  sale: (sale: Sale) => void;
  attempt: (attempt: Attempt) => void;
  attempts: (attempts: Attempt[]) => void;
}

type Live = Socket<ServerToClientEvents, ClientToServerEvents>;

const ACK_TIMEOUT_MS = 5_000;

/** One socket to a gateway for all that a page watches; it is there while anything is watched. */
export class LiveSocket {
  readonly #baseUrl: string;
  readonly #identity: Identity;
  readonly #sales = new Map<string, LiveNews>();
  readonly #stocks = new Set<(stock: ProductStock) => void>();
  readonly #attempts = new Set<(attempt: Attempt) => void>();
  readonly #connects = new Set<() => void>();
  #socket: Live | null = null;
  #token: string | null = null;
  #refusals = 0;

  constructor(baseUrl: string, identity: Identity) {
    this.#baseUrl = baseUrl;
    this.#identity = identity;
  }

  watch(saleId: string, news: LiveNews): Stop {
    this.#sales.set(saleId, news);
    const socket = this.#opened();
    if (socket.connected) this.#ask(socket, saleId);
    return () => {
      this.#sales.delete(saleId);
      if (socket.connected) socket.emit('unwatch', { saleId }, () => undefined);
      this.#closeIfIdle();
    };
  }

  onStock(listener: (stock: ProductStock) => void): Stop {
    return this.#listen(this.#stocks, listener);
  }

  onAttempt(listener: (attempt: Attempt) => void): Stop {
    return this.#listen(this.#attempts, listener);
  }

  onConnect(listener: () => void): Stop {
    return this.#listen(this.#connects, listener);
  }

  /** Connects at once instead of waiting for the next try: the network is back. */
  hurry(): void {
    if (this.#socket && !this.#socket.connected) this.#socket.disconnect().connect();
  }

  #listen<T>(listeners: Set<T>, listener: T): Stop {
    listeners.add(listener);
    this.#opened();
    return () => {
      listeners.delete(listener);
      this.#closeIfIdle();
    };
  }

  #closeIfIdle(): void {
    const listeners = [this.#sales, this.#stocks, this.#attempts, this.#connects];
    if (listeners.some(({ size }) => size > 0)) return;
    const socket = this.#socket;
    this.#socket = null;
    socket?.disconnect();
  }

  #opened(): Live {
    if (this.#socket) return this.#socket;
    const authorize = (tell: (auth: object) => void) => void this.#authorize(tell);
    const socket: Live = io(this.#baseUrl, { ...OPTIONS, auth: authorize });
    this.#socket = socket;
    socket.on('attempts', (attempts) => {
      for (const news of this.#sales.values()) news.attempts(attempts);
    });
    socket.on('attempt', (attempt) => {
      this.#sales.get(attempt.saleId)?.attempt(attempt);
      for (const listener of this.#attempts) listener(attempt);
    });
    socket.on('sale', (sale) => this.#sales.get(sale.id)?.sale(sale));
    socket.on('stock', (stock) => {
      for (const listener of this.#stocks) listener(stock);
    });
    this.#follow(socket);
    return socket;
  }

  #follow(socket: Live): void {
    socket.on('connect', () => {
      for (const saleId of this.#sales.keys()) this.#ask(socket, saleId);
      for (const listener of this.#connects) listener();
    });
    socket.on('disconnect', () => this.#down(socket));
    socket.on('connect_error', (error: Error & { data?: Partial<Problem> }) => {
      if (error.data?.status === 401 && this.#token !== null) this.#identity.refused(this.#token);
      this.#down(socket);
    });
  }

  #down(socket: Live): void {
    for (const news of this.#sales.values()) news.up(false);
    if (socket.active || socket !== this.#socket) return;
    // After a refusal Socket.IO does not try again by itself.
    this.#refusals += 1;
    const wait = Math.min(30_000, 1_000 * 2 ** Math.min(this.#refusals, 5));
    const again = () => socket === this.#socket && !socket.active && socket.connect();
    setTimeout(again, spread(wait));
  }

  /** A socket that does not watch a sale would show old stock as live: it counts as down. */
  #ask(socket: Live, saleId: string): void {
    socket.timeout(ACK_TIMEOUT_MS).emit('watch', { saleId }, (error, answer) => {
      const news = this.#sales.get(saleId);
      if (!socket.connected || !news) return;
      if (error === null && answer.ok) {
        this.#refusals = 0;
        news.sale(answer.sale);
        news.up(true);
        return;
      }
      const again = () => socket.connected && this.#sales.has(saleId) && this.#ask(socket, saleId);
      setTimeout(again, spread(ACK_TIMEOUT_MS));
    });
  }

  async #authorize(tell: (auth: object) => void): Promise<void> {
    const token = await this.#identity.token();
    this.#token = token.kind === 'ok' ? token.body : null;
    tell({ token: this.#token ?? '' });
  }
}

const OPTIONS = {
  transports: ['websocket'],
  // Two connections of one page, such as two customers', are two sockets.
  forceNew: true,
  reconnectionDelay: 1_000,
  reconnectionDelayMax: 10_000,
  randomizationFactor: 0.5,
  timeout: 8_000,
};

function spread(milliseconds: number): number {
  return milliseconds * (1 + Math.random() / 2);
}
