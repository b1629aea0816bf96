import { createSigner } from 'fast-jwt';
import { Attempts } from './attempts.mjs';
import { HttpLine } from './http-line.mjs';
import { Poller } from './poller.mjs';
import { SocketLine } from './socket-line.mjs';

const HOUR = 3600;
/** Handshakes under way at once. */
const CONNECTING = 16;
/** How long after the last answer results may still come; then they count as never told. */
const PATIENCE_MS = 60_000;
const LOOK_AGAIN_MS = 5;

const BODY = '{"quantity":1}';

/**
 * Buyers in a closed loop: so many connections, each sends its next attempt when the one before was
 * answered. `mode` tells how a buyer learns the result: `answer` by the answer itself, `push` by
 * HTTP and a push to the buyer's socket, `socket` by the socket alone, `poll` by asking again,
 * `unfetched` never.
 */
export class Crowd {
  #sockets = [];
  #attempts = null;
  #sign = null;
  #serial = 0;
  #requests = [];
  #tokens = [];
  #lines = [];
  #poller = null;
  #onSale = (/** @type {number} */ _buyer) => {};

  /** @param {{url: string, urls?: string[], mode: string, floor?: boolean, secret: string, buyers: number, connections: number}} plan */
  async open(plan) {
    this.plan = plan;
    this.#sign = createSigner({ key: plan.secret, algorithm: 'HS256', noTimestamp: true });
    this.#serial = 0;
    this.#sockets = new Array(plan.buyers);
    if (plan.mode !== 'push' && plan.mode !== 'socket') return;
    let next = 0;
    const connect = async () => {
      while (next < plan.buyers) {
        const buyer = next;
        next += 1;
        this.#sockets[buyer] = await this.#connect(buyer);
      }
    };
    await Promise.all(Array.from({ length: CONNECTING }, connect));
  }

  /** Mints the tokens and builds the requests before the clock starts. */
  prepare({ saleIds, count, buyers, mixed }) {
    const { connections, url, mode } = this.plan;
    const urls = this.plan.urls ?? [url];
    this.#attempts = new Attempts({ saleIds, buyers, count, mixed });
    this.#requests = mode === 'socket' ? [] : this.#build(this.#attempts);
    const lines = mode === 'socket' ? 0 : connections;
    this.#lines = Array.from({ length: lines }, (_none, i) => new HttpLine(urls[i % urls.length]));
    this.#poller = mode === 'poll' ? new Poller(url, this.#attempts) : null;
  }

  async go() {
    const attempts = this.#attempts;
    const before = process.cpuUsage();
    let next = 0;
    const work = async (_none, connection) => {
      while (next < attempts.count) {
        const i = next;
        next += 1;
        await this.#press(i, this.#lines[connection]);
      }
    };
    await Promise.all(Array.from({ length: this.plan.connections }, work));
    if (this.plan.mode !== 'unfetched' && !this.plan.floor) await this.#untilTold();
    const { user, system } = process.cpuUsage(before);
    for (const line of this.#lines) line.close();
    this.#poller?.close();
    const unfetched = this.plan.mode === 'unfetched';
    return { ...attempts.summary(), unfetched, loadCpuUs: user + system };
  }

  /**
   * All watch a sale and the first of them presses: how long the sale's next state takes to each.
   * @param {{saleId: string}} message
   */
  async broadcast({ saleId }) {
    const count = this.plan.buyers;
    for (let from = 0; from < count; from += CONNECTING) {
      const some = this.#sockets.slice(from, from + CONNECTING);
      await Promise.all(some.map((socket) => socket.ask('watch', { saleId })));
    }
    const times = new Array(count).fill(null);
    let told = 0;
    let pressedAt = 0;
    const all = new Promise((resolve) => {
      this.#onSale = (buyer) => {
        if (times[buyer] !== null) return;
        times[buyer] = performance.now() - pressedAt;
        told += 1;
        if (told === count) resolve(times);
      };
    });
    pressedAt = performance.now();
    await this.#sockets[0].ask('attempt', { saleId, quantity: 1 });
    return all;
  }

  resultTimes() {
    return this.#attempts.resultTimes();
  }

  close() {
    for (const socket of this.#sockets) socket?.close();
    this.#sockets = [];
  }

  /** A busy server names the time to come back: who does not, was not served cheaply but not at all. */
  async #press(i, line) {
    this.#attempts.sentAt[i] = performance.now();
    for (;;) {
      const { status, retryAfter, attempt } = await (line ? this.#post(i, line) : this.#emit(i));
      if (status !== 503 && status !== 429) {
        this.#attempts.answered(i, status, attempt);
        if (this.#poller && status === 202)
          this.#poller.watch(i, this.#tokens[i], attempt.id, retryAfter);
        return;
      }
      this.#attempts.retried += 1;
      await new Promise((resolve) => setTimeout(resolve, (retryAfter ?? 1) * 1000));
    }
  }

  async #post(i, line) {
    const { status, retryAfter, body } = await line.ask(this.#requests[i]);
    return { status, retryAfter, attempt: JSON.parse(body) };
  }

  async #emit(i) {
    const saleId = this.#attempts.saleOf(i);
    const socket = this.#sockets[this.#attempts.buyerOf(i)];
    const answer = await socket.ask('attempt', { saleId, quantity: 1 });
    if (answer.ok) return { status: 202, retryAfter: null, attempt: answer.attempt };
    const { status, retryAfter } = answer.problem;
    return { status, retryAfter, attempt: answer.problem };
  }

  async #untilTold() {
    const until = performance.now() + PATIENCE_MS;
    const { count } = this.#attempts;
    while (this.#attempts.decided < count && performance.now() < until) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    }
  }

  /** Every attempt has a token of its own: buyers press once, so no server finds it in a cache. */
  #build(attempts) {
    this.#tokens = this.plan.mode === 'poll' ? new Array(attempts.count) : [];
    return Array.from({ length: attempts.count }, (_none, i) => {
      const token = this.#mint(attempts.buyerOf(i));
      if (this.plan.mode === 'poll') this.#tokens[i] = token;
      return Buffer.from(
        `POST /api/sales/${attempts.saleOf(i)}/attempts HTTP/1.1\r\nHost: bench\r\n` +
          `Authorization: Bearer ${token}\r\nContent-Type: application/json\r\n` +
          `Content-Length: ${BODY.length}\r\n\r\n${BODY}`,
      );
    });
  }

  #mint(buyer) {
    this.#serial += 1;
    const exp = Math.floor(Date.now() / 1000) + HOUR;
    const claims = { sub: `buyer-${buyer}`, aud: 'buyer', jti: `t${this.#serial}`, exp };
    return this.#sign(claims);
  }

  #connect(buyer) {
    return SocketLine.open(this.plan.url, this.#mint(buyer), (name, body) => {
      if (name === 'attempt') this.#attempts?.pushed(buyer, body);
      else if (name === 'sale') this.#onSale(buyer);
    });
  }
}
