import { io, type Socket } from 'socket.io-client';
import type {
  Attempt,
  ClientToServerEvents,
  Problem,
  Sale,
  ServerToClientEvents,
} from '../../core/contract.js';
import { currentToken, forget } from './session.js';

export interface LiveNews {
  /** The socket is up and the sale is watched, or no longer. */
  up: (up: boolean) => void;
  sale: (sale: Sale) => void;
  attempt: (attempt: Attempt) => void;
  attempts: (attempts: Attempt[]) => void;
}

type LiveSocket = Socket<ServerToClientEvents, ClientToServerEvents>;

const ACK_TIMEOUT_MS = 5_000;

/** Keeps one socket to the gateway that watches one sale, for as long as the page lives. */
export class LiveLink {
  readonly #saleId: string;
  readonly #news: LiveNews;
  #socket: LiveSocket | null = null;
  #token: string | null = null;
  #refusals = 0;

  constructor(saleId: string, news: LiveNews) {
    this.#saleId = saleId;
    this.#news = news;
  }

  open(): void {
    this.#listen(io({ ...OPTIONS, auth: (send) => void this.#authorize(send) }));
  }

  /** Connects at once instead of waiting for the next try: the network is back. */
  hurry(): void {
    if (this.#socket && !this.#socket.connected) this.#socket.disconnect().connect();
  }

  #listen(socket: LiveSocket): void {
    this.#socket = socket;
    socket.on('attempts', this.#news.attempts);
    socket.on('attempt', this.#news.attempt);
    socket.on('sale', this.#news.sale);
    socket.on('connect', () => this.#watch(socket));
    socket.on('disconnect', () => {
      this.#news.up(false);
      if (!socket.active) this.#connectLater(socket);
    });
    socket.on('connect_error', (error: Error & { data?: Partial<Problem> }) => {
      this.#news.up(false);
      if (error.data?.status === 401 && this.#token !== null) forget(this.#token);
      if (!socket.active) this.#connectLater(socket);
    });
  }

  /** A socket that does not watch its sale would show old stock as live: it counts as down. */
  #watch(socket: LiveSocket): void {
    socket.timeout(ACK_TIMEOUT_MS).emit('watch', { saleId: this.#saleId }, (error, answer) => {
      if (!socket.connected) return;
      if (error === null && answer.ok) {
        this.#refusals = 0;
        this.#news.sale(answer.sale);
        this.#news.up(true);
        return;
      }
      setTimeout(() => socket.connected && this.#watch(socket), spread(ACK_TIMEOUT_MS));
    });
  }

  async #authorize(send: (auth: object) => void): Promise<void> {
    this.#token = await currentToken();
    send({ token: this.#token ?? '' });
  }

  /** After a refusal Socket.IO does not try again by itself. */
  #connectLater(socket: LiveSocket): void {
    this.#refusals += 1;
    const wait = Math.min(30_000, 1_000 * 2 ** Math.min(this.#refusals, 5));
    setTimeout(() => !socket.active && socket.connect(), spread(wait));
  }
}

const OPTIONS = {
  transports: ['websocket'],
  reconnectionDelay: 1_000,
  reconnectionDelayMax: 10_000,
  randomizationFactor: 0.5,
  timeout: 8_000,
};

function spread(milliseconds: number): number {
  return milliseconds * (1 + Math.random() / 2);
}
