import type { Socket as IoSocket } from 'socket.io';
import type { z } from 'zod';
import type {
  AttemptAck,
  ClientToServerEvents,
  Problem,
  ServerToClientEvents,
  UnwatchAck,
  WatchAck,
} from '../../core/contract.js';
import { isDatabaseAway } from '../../core/database.js';
import { isRedisAway } from '../../core/redis.js';
import { attemptMessage, watchMessage } from '../../core/schemas.js';
import { takenOn, writeTogether } from '../../core/turn.js';
import {
  invalidRequest,
  NO_SUCH_SALE,
  overloaded,
  problem,
  RECOVERING,
  tooManyRequests,
  UNAUTHENTICATED,
} from '../problems.js';
import {
  buyerRoom,
  type NoEvents,
  type SocketData,
  type SocketServer,
  saleRoom,
} from '../results/pusher.js';
import type { Services } from '../services.js';
import { SOCKETS_PER_BUYER, type SocketGuard } from './socket-guard.js';

/** Sales that one socket may watch. */
const WATCH_LIMIT = 100;

/** Seconds to wait where only the buyer can make room, by closing tabs or unwatching sales. */
const RETRY_LATER = 10;
/** The longest time that a timer takes, 24 days; whoever is sent away then comes back. */
const MAX_TIMER_MS = 2 ** 31 - 1;

type Socket = IoSocket<ClientToServerEvents, ServerToClientEvents, NoEvents, SocketData>;
type Ack<T> = (answer: T) => void;
type Refusal = { ok: false; problem: Problem };

/** What Socket.IO tells a client whose connection is refused. */
function refused(data: Problem): Error {
  return Object.assign(new Error(data.code), { data });
}

/** Takes buyers' sockets in and answers what they send. */
export class SocketDoor {
  readonly #io: SocketServer;
  readonly #guard: SocketGuard;
  readonly #services: Services;

  constructor(io: SocketServer, guard: SocketGuard, services: Services) {
    this.#io = io;
    this.#guard = guard;
    this.#services = services;
  }

  open(): void {
    this.#io.use((socket, next) => {
      const { token } = socket.handshake.auth as { token?: unknown };
      const buyer = this.#services.identity.buyer(typeof token === 'string' ? token : null);
      if (!buyer) return next(refused(UNAUTHENTICATED));
      if (this.#hasTooManySockets(buyer.buyerId))
        return next(refused(tooManyRequests(RETRY_LATER)));
      socket.data.buyerId = buyer.buyerId;
      socket.data.expiresAt = buyer.expiresAt;
      next();
    });
    this.#io.on('connection', (socket) => this.#welcome(socket));
  }

  /** A limit by buyer: lifted with the others. */
  #hasTooManySockets(buyerId: string): boolean {
    const { rooms } = this.#io.of('/').adapter;
    const sockets = rooms.get(buyerRoom(buyerId))?.size ?? 0;
    return this.#services.config.RATE_LIMIT && sockets >= SOCKETS_PER_BUYER;
  }

  /** Tells every connected buyer all there is: after a gap in a feed. */
  async refresh(): Promise<void> {
    for (const socket of await this.#io.local.fetchSockets()) {
      const attempts = await this.#services.attempts.latest(socket.data.buyerId);
      if (attempts) socket.emit('attempts', attempts);
    }
  }

  #welcome(socket: Socket): void {
    // Join first, then send the snapshot: what happens in between comes twice and `version` sorts
    // it out; the other way round it would be lost.
    socket.join(buyerRoom(socket.data.buyerId));
    this.#endWithToken(socket);
    this.#snapshot(socket).catch((error) =>
      this.#services.log.warn({ error: error.message }, 'no snapshot for a socket'),
    );
    // Whoever leaves the one namespace there is could else stay without ever saying who it is.
    socket.on('disconnect', () => socket.conn.close());
    const serve = <T>(ack: Ack<T | Refusal>, work: () => Promise<T | Refusal>) =>
      this.#serve(socket, ack, () => this.#refusal(socket) ?? work());
    socket.on('attempt', (message, ack) => serve(ack, () => this.#attempt(socket, message)));
    socket.on('watch', (message, ack) => serve(ack, () => this.#watch(socket, message)));
    socket.on('unwatch', (message, ack) => serve(ack, () => this.#unwatch(socket, message)));
  }

  /** Why a message is not even looked at: its socket talks too fast, or there is too much to do. */
  #refusal(socket: Socket): Promise<Refusal> | null {
    const wait = this.#guard.take(socket.conn);
    if (wait > 0) return Promise.resolve({ ok: false, problem: tooManyRequests(wait) });
    return this.#services.overload.refuses() ? Promise.resolve(this.#overloaded()) : null;
  }

  #overloaded(): Refusal {
    const { overload } = this.#services;
    overload.refused.socket += 1;
    return { ok: false, problem: overloaded(overload.retryAfter) };
  }

  /** Nothing is pushed beyond the token's life: its buyer comes back with a new one. */
  #endWithToken(socket: Socket): void {
    const left = Math.max(0, socket.data.expiresAt - this.#services.clock());
    const timer = setTimeout(() => socket.disconnect(true), Math.min(left, MAX_TIMER_MS));
    socket.once('disconnect', () => clearTimeout(timer));
  }

  async #snapshot(socket: Socket): Promise<void> {
    const attempts = await this.#services.attempts.latest(socket.data.buyerId);
    if (attempts) socket.emit('attempts', attempts);
  }

  /** Whatever a client sends: one answer, and never an exception that ends the process. */
  async #serve<T>(
    socket: Socket,
    ack: Ack<T | Refusal> | undefined,
    work: () => Promise<T | Refusal>,
  ): Promise<void> {
    const reply: Ack<T | Refusal> = typeof ack === 'function' ? ack : () => undefined;
    try {
      const answer = await work();
      writeTogether(socket.request.socket);
      reply(answer);
    } catch (error) {
      if (isRedisAway(error) || isDatabaseAway(error))
        return reply({ ok: false, problem: RECOVERING });
      this.#services.log.error({ error }, 'a socket message failed');
      reply({ ok: false, problem: problem('internal', 'Try again; if it stays, tell the shop.') });
    }
  }

  #parse<T extends z.ZodType>(schema: T, message: unknown): z.infer<T> | Refusal {
    const result = schema.safeParse(message);
    if (result.success) return result.data;
    const parts = result.error.issues.map(({ path, message: what }) => ({
      path: path.join('.'),
      message: what,
    }));
    return { ok: false, problem: invalidRequest(parts) };
  }

  async #attempt(socket: Socket, message: unknown): Promise<AttemptAck> {
    const { door, limits, metrics, sales, clock } = this.#services;
    const { buyerId, expiresAt } = socket.data;
    await takenOn();
    if (expiresAt <= clock()) return { ok: false, problem: UNAUTHENTICATED };
    if (limits.on) {
      const wait = await limits.take('attempts', buyerId);
      if (wait > 0) return { ok: false, problem: tooManyRequests(wait) };
    }
    const wish = this.#parse(attemptMessage, message);
    // The sale is looked for before the rest of the message is judged, as the HTTP door does.
    const named = 'ok' in wish ? watchMessage.safeParse(message).data : wish;
    if (named && !sales.has(named.saleId) && (await sales.exists(named.saleId)) === false) {
      return { ok: false, problem: NO_SUCH_SALE };
    }
    if ('ok' in wish) return wish;
    const { saleId, quantity, requestId } = wish;
    const answer = await door.enter({ saleId, buyerId, quantity, key: requestId ?? '' });
    const result = answer.ok ? answer.attempt.state : answer.problem.code;
    metrics.traffic.attempted('socket', result);
    return answer.ok ? { ok: true, attempt: answer.attempt } : answer;
  }

  async #watch(socket: Socket, message: unknown): Promise<WatchAck> {
    const wait = await this.#services.limits.take('buyer', socket.data.buyerId);
    if (wait > 0) return { ok: false, problem: tooManyRequests(wait) };
    const wish = this.#parse(watchMessage, message);
    if ('ok' in wish) return wish;
    if (socket.rooms.size > WATCH_LIMIT) {
      const more = { retryAfter: RETRY_LATER };
      const detail = 'Unwatch other sales first.';
      return { ok: false, problem: problem('too-many-requests', detail, more) };
    }
    socket.join(saleRoom(wish.saleId));
    const result = await this.#services.sales.read(wish.saleId);
    if (result.kind === 'ok') return { ok: true, sale: result.sale };
    socket.leave(saleRoom(wish.saleId));
    return { ok: false, problem: result.kind === 'recovering' ? RECOVERING : NO_SUCH_SALE };
  }

  async #unwatch(socket: Socket, message: unknown): Promise<UnwatchAck> {
    const wish = this.#parse(watchMessage, message);
    if ('ok' in wish) return wish;
    socket.leave(saleRoom(wish.saleId));
    return { ok: true };
  }
}
