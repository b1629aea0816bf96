import { setTimeout as sleep } from 'node:timers/promises';
import { isPassing, pauseFor } from './buyer.mjs';
import { now, seen, seenOrder } from './diary.mjs';
import { send } from './http-request.mjs';

/** Used only when a gateway names no interval. */
const POLL_MS = 500;

const WAITING = new Set(['waiting']);

/** One buyer at the HTTP doors of all gateways: every further request goes to the next one. */
export class HttpDoor {
  #buyer;
  #saleId;
  #targets;
  #diary;
  #turn;

  constructor({ buyer, index, saleId, targets, diary }) {
    this.#buyer = buyer;
    this.#saleId = saleId;
    this.#targets = targets;
    this.#diary = diary;
    this.#turn = index;
  }

  press({ key, tab }) {
    const path = `/api/sales/${this.#saleId}/attempts`;
    const idempotencyKey = `${this.#buyer.id}-${key}`;
    const body = { quantity: 1 };
    return this.ask({ kind: 'press', key, tab }, 'POST', path, { key: idempotencyKey, body });
  }

  /** Settles with `true` once told; `false` when patience ended or the attempt is not known. */
  async decided(accepted, deadline) {
    const { attempt } = await this.leaves(WAITING, accepted, deadline);
    return attempt !== undefined && !WAITING.has(attempt.state);
  }

  /** Polls until the attempt is in none of these states or patience ends; the last answer. */
  async leaves(undecided, accepted, deadline) {
    const { id } = accepted.attempt;
    let answer = accepted;
    let failures = 0;
    while (undecided.has(answer.attempt?.state) || isPassing(answer.status)) {
      const left = deadline - Date.now();
      if (left <= 0) return answer;
      failures = isPassing(answer.status) ? failures + 1 : 0;
      const pause = failures > 0 ? pauseFor(answer, failures) : (answer.retryAfterMs ?? POLL_MS);
      await sleep(Math.min(pause, left));
      answer = await this.read(id, 'ask');
    }
    return answer;
  }

  async lookBack(attemptIds) {
    for (const id of attemptIds) await this.read(id, 'look-back');
  }

  leave() {}

  read(id, kind) {
    return this.ask({ kind, asked: id }, 'GET', `/api/attempts/${id}`);
  }

  /** One request, written down; `say` may have a `key` and a `body`. */
  async ask(entry, method, path, say = {}) {
    const target = this.#targets[this.#turn++ % this.#targets.length];
    const sentAt = now();
    const reply = await send(new URL(path, target), method, this.#buyer.token, say);
    const answeredAt = now();
    const { status, error, retryAfterMs, body } = reply;
    const attempt = seen(body);
    const order = seenOrder(body);
    const { code, lines } = status >= 400 ? (body ?? {}) : {};
    const answer = { status, code, lines, attempt, order, error };
    this.#diary.write({ ...entry, target, sentAt, answeredAt, ...answer });
    return { ...answer, retryAfterMs };
  }
}
