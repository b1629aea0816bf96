import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { refusedUpgrade } from '../http/front-door.js';
import type { Overload } from '../overload/overload.js';
import type { SocketServer } from '../results/pusher.js';
import { type Connection, packetsUnsent, websocketOf } from './connection.js';

/** Messages that one socket may send in a window; those beyond are answered 429. */
export const MESSAGES_PER_WINDOW = 1_000;

/** So many packets of any kind are no client of ours: the connection is cut. */
export const PACKETS_TOLERATED = 5_000;

const WINDOW_MS = 10_000;

/**
 * Packets that wait for a client that does not read, beyond what the kernel holds for it. A sale
 * is told four times a second, and a batch answers up to 500 messages of one socket at once.
 */
export const PACKETS_UNREAD = 1_024;

/** The same in bytes: packets that the websocket has taken over but cannot get rid of. */
export const BYTES_UNREAD = 1_048_576;

/** How long a client may take to agree to a close; `ws` alone would wait for 30 s. */
const GOODBYE_MS = 2_000;

/** Sockets that one buyer may have on this gateway: many tabs, not an army. */
export const SOCKETS_PER_BUYER = 20;

interface Window {
  from: number;
  packets: number;
  /** Those packets that got as far as a handler. */
  messages: number;
}

/**
 * Bounds what sockets may cost, below Socket.IO: how many there are, how fast each may talk, and
 * how much may wait for one that does not listen. Not a limit by buyer: it stays when those are off.
 */
export class SocketGuard {
  readonly #io: SocketServer;
  readonly #overload: Overload;
  readonly #maxSockets: number;
  /** Connections cut since the start, by what they did. */
  readonly cut = { fast: 0, deaf: 0 };
  readonly #windows = new WeakMap<object, Window>();

  constructor(io: SocketServer, overload: Overload, maxSockets: number) {
    this.#io = io;
    this.#overload = overload;
    this.#maxSockets = maxSockets;
  }

  /** Whether one more websocket may be opened now. */
  admits(): boolean {
    return this.#io.engine.clientsCount < this.#maxSockets && !this.#overload.refusesSockets;
  }

  /** Answers somebody whom `admits` turned away, and forgets the connection. */
  turnAway(request: IncomingMessage): void {
    this.#overload.refused.handshake += 1;
    letGo(request.socket, refusedUpgrade(this.#overload.retryAfter));
  }

  /** Watches every connection from its handshake on, also those that never get to a namespace. */
  watch(): void {
    this.#io.engine.on('connection', (connection: Connection) => {
      const window: Window = { from: performance.now(), packets: 0, messages: 0 };
      this.#windows.set(connection, window);
      connection.on('packet', () => this.#heard(connection, window));
      connection.on('packetCreate', () => this.#queued(connection));
      const websocket = websocketOf(connection);
      connection.on('close', () => setTimeout(() => websocket.terminate(), GOODBYE_MS).unref());
    });
  }

  /** Counts one message; answers 0, or the seconds to wait when it was one too many. */
  take(connection: Connection): number {
    const window = this.#windows.get(connection);
    if (!window) return 0;
    window.messages += 1;
    if (window.messages <= MESSAGES_PER_WINDOW) return 0;
    return Math.max(1, Math.ceil((window.from + WINDOW_MS - performance.now()) / 1_000));
  }

  #heard(connection: Connection, window: Window): void {
    const now = performance.now();
    if (now - window.from >= WINDOW_MS) {
      window.from = now;
      window.packets = 0;
      window.messages = 0;
    }
    window.packets += 1;
    if (window.packets > PACKETS_TOLERATED) this.#cut(connection, 'fast');
  }

  #queued(connection: Connection): void {
    const websocket = websocketOf(connection);
    // Not a polite close: its frame would have to wait behind all that is not read.
    if (packetsUnsent(connection) > PACKETS_UNREAD || websocket.bufferedAmount > BYTES_UNREAD) {
      this.#cut(connection, 'deaf');
    }
  }

  #cut(connection: Connection, reason: 'fast' | 'deaf'): void {
    // What its last chunk still holds is counted on, but it is cut once only.
    if (!this.#windows.delete(connection)) return;
    this.cut[reason] += 1;
    websocketOf(connection).terminate();
  }
}

/** Writes what is to be said last and lets go, whether or not the client closes its half. */
export function letGo(socket: Duplex & { destroySoon?: () => void }, last: Buffer | string): void {
  socket.on('error', () => undefined);
  socket.write(last);
  if (socket.destroySoon) socket.destroySoon();
  else socket.destroy();
}
