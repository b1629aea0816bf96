import http from 'node:http';
import https from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { isPassing, pauseFor } from './buyer.mjs';
import { now, seen } from './diary.mjs';

const REQUEST_TIMEOUT_MS = 10_000;
/** Used only when a gateway names no interval. */
const POLL_MS = 500;

/** No limit on sockets: a buyer must never wait for a connection that another one uses. */
const AGENTS = {
  'http:': new http.Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY }),
  'https:': new https.Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY }),
};

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
    return this.#ask({ kind: 'press', key, tab }, 'POST', path, idempotencyKey);
  }

  /** Settles with `true` once told; `false` when patience ended or the attempt is not known. */
  async decided(accepted, deadline) {
    const { id } = accepted.attempt;
    let answer = accepted;
    let failures = 0;
    while (answer.attempt?.state === 'waiting' || isPassing(answer.status)) {
      const left = deadline - Date.now();
      if (left <= 0) return false;
      failures = isPassing(answer.status) ? failures + 1 : 0;
      const pause = failures > 0 ? pauseFor(answer, failures) : (answer.retryAfterMs ?? POLL_MS);
      await sleep(Math.min(pause, left));
      answer = await this.#read(id, 'ask');
    }
    return answer.attempt !== undefined;
  }

  async lookBack(attemptIds) {
    for (const id of attemptIds) await this.#read(id, 'look-back');
  }

  leave() {}

  #read(id, kind) {
    return this.#ask({ kind, asked: id }, 'GET', `/api/attempts/${id}`);
  }

  async #ask(entry, method, path, key) {
    const target = this.#targets[this.#turn++ % this.#targets.length];
    const sentAt = now();
    const reply = await send(new URL(path, target), method, this.#buyer.token, key);
    const attempt = seen(reply.body);
    const { status, error, retryAfterMs } = reply;
    const code = reply.body?.code;
    this.#diary.write({
      ...entry,
      target,
      sentAt,
      answeredAt: now(),
      status,
      code,
      attempt,
      error,
    });
    return { status, attempt, retryAfterMs };
  }
}

/** Settles with what came back; a lost connection or a timeout is status 0. */
function send(url, method, token, key) {
  const body = method === 'POST' ? '{"quantity":1}' : undefined;
  const headers = { authorization: `Bearer ${token}` };
  if (body) Object.assign(headers, { 'content-type': 'application/json', 'content-length': 14 });
  if (key) headers['idempotency-key'] = key;
  const { request } = url.protocol === 'https:' ? https : http;
  return new Promise((resolve) => {
    const lost = (error) => resolve({ status: 0, error: error.code ?? error.message });
    const options = { method, headers, agent: AGENTS[url.protocol], timeout: REQUEST_TIMEOUT_MS };
    const call = request(url, options, (response) => collect(response, resolve, lost));
    call.once('timeout', () => call.destroy(new Error('timeout')));
    call.once('error', lost);
    call.end(body);
  });
}

function collect(response, resolve, lost) {
  const chunks = [];
  response.on('data', (chunk) => chunks.push(chunk));
  response.once('error', lost);
  response.once('aborted', () => lost(new Error('aborted')));
  response.once('end', () => {
    const text = Buffer.concat(chunks).toString('utf8');
    const seconds = Number(response.headers['retry-after'] ?? Number.NaN);
    const retryAfterMs = seconds >= 0 ? seconds * 1000 : undefined;
    resolve({ status: response.statusCode, body: parse(text), retryAfterMs });
  });
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
