import { setTimeout as sleep } from 'node:timers/promises';
import { io } from 'socket.io-client';
import { now, seen } from './diary.mjs';

const ACK_TIMEOUT_MS = 10_000;
const CONNECT_TIMEOUT_MS = 10_000;

/** One buyer at the Socket.IO doors: each tab is a websocket of its own, to the next gateway. */
export class SocketDoor {
  #buyer;
  #index;
  #saleId;
  #targets;
  #diary;
  #tabs = new Map();
  /** attempt id → the promise of its decision */
  #decisions = new Map();

  constructor({ buyer, index, saleId, targets, diary }) {
    this.#buyer = buyer;
    this.#index = index;
    this.#saleId = saleId;
    this.#targets = targets;
    this.#diary = diary;
  }

  /** Opens the page, so to say: connects, and does not wait for it. */
  arrive(tabs) {
    for (const tab of tabs) this.#open(tab);
  }

  async press({ key, tab }) {
    const sentAt = now();
    const socket = this.#open(tab);
    const connected = await settleWithin(socket.ready, CONNECT_TIMEOUT_MS);
    const entry = { kind: 'press', key, tab, target: socket.target, sentAt };
    if (!connected)
      return this.#record({ ...entry, answeredAt: now(), status: 0, error: 'connect' });
    const requestId = `${this.#buyer.id}-${key}`;
    const request = { saleId: this.#saleId, quantity: 1, requestId };
    const { ack, error } = await socket.io
      .timeout(ACK_TIMEOUT_MS)
      .emitWithAck('attempt', request)
      .then((ack) => ({ ack }))
      .catch((cause) => ({ error: cause.message }));
    return this.#record({ ...entry, answeredAt: now(), ...readAck(ack), error });
  }

  #record({ retryAfterMs, ...entry }) {
    this.#diary.write(entry);
    this.#notice(entry.attempt);
    return { status: entry.status, attempt: entry.attempt, retryAfterMs };
  }

  /** Settles with `true` once any tab was told, by acknowledgement, push or snapshot. */
  async decided({ attempt }, deadline) {
    const decision = this.#decisionOf(attempt.id);
    return settleWithin(decision.promise, deadline - Date.now());
  }

  /** Pushes have been written down as they came; what is missing is a tab without a snapshot. */
  async lookBack() {
    for (const [tab, { snapshots, target }] of this.#tabs) {
      if (snapshots === 0) this.#diary.write({ kind: 'no-snapshot', tab, target });
    }
  }

  leave() {
    for (const { io: socket } of this.#tabs.values()) socket.disconnect();
  }

  #open(tab) {
    const known = this.#tabs.get(tab);
    if (known) return known;
    const target = this.#targets[(this.#index + tab) % this.#targets.length];
    const socket = io(target, {
      auth: { token: this.#buyer.token },
      transports: ['websocket'],
      forceNew: true,
      reconnectionDelay: 250,
      reconnectionDelayMax: 2_000,
    });
    const opened = { io: socket, target, snapshots: 0, ready: undefined };
    opened.ready = new Promise((resolve) => socket.once('connect', () => resolve(true)));
    this.#tabs.set(tab, opened);
    this.#listen(tab, opened);
    return opened;
  }

  #listen(tab, opened) {
    const { io: socket, target } = opened;
    const told = (kind) => (body) => {
      const attempt = seen(body);
      if (attempt?.saleId !== this.#saleId) return;
      this.#diary.write({ kind, tab, target, answeredAt: now(), attempt });
      this.#notice(attempt);
    };
    socket.on('attempt', told('push'));
    socket.on('attempts', (list) => {
      opened.snapshots += 1;
      list.forEach(told('snapshot'));
    });
    socket.on('connect_error', (error) => this.#connectFailed(tab, opened, error));
  }

  /** A refused handshake is not tried again by the client itself. */
  async #connectFailed(tab, { io: socket, target }, error) {
    const { status = 0, code, retryAfter } = error.data ?? {};
    const failure = code ?? error.message;
    this.#diary.write({ kind: 'connect', tab, target, answeredAt: now(), status, error: failure });
    if (socket.active || (status !== 429 && status !== 503)) return;
    await sleep((retryAfter ?? 1) * 1000);
    socket.connect();
  }

  #notice(attempt) {
    if (attempt && attempt.state !== 'waiting') this.#decisionOf(attempt.id).resolve(true);
  }

  #decisionOf(id) {
    const known = this.#decisions.get(id);
    if (known) return known;
    const decision = {};
    decision.promise = new Promise((resolve) => {
      decision.resolve = resolve;
    });
    this.#decisions.set(id, decision);
    return decision;
  }
}

/** An acknowledgement in the words of the HTTP door; `ok` does not tell 200 from 202. */
function readAck(ack) {
  if (ack === undefined) return { status: 0 };
  if (ack.ok) return { status: 202, attempt: seen(ack.attempt) };
  const { status, code, retryAfter } = ack.problem ?? {};
  const retryAfterMs = typeof retryAfter === 'number' ? retryAfter * 1000 : undefined;
  return { status: status ?? 0, code, retryAfterMs };
}

/** `false` when the time is over first; leaves no timer behind. */
async function settleWithin(promise, ms) {
  const timeout = new AbortController();
  const over = sleep(Math.max(ms, 0), false, { signal: timeout.signal }).catch(() => false);
  try {
    return await Promise.race([promise, over]);
  } finally {
    timeout.abort();
  }
}
