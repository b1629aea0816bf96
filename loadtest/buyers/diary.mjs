import { openSync, writeSync } from 'node:fs';

/**
 * What one buyer saw, as JSON lines: the verdict is drawn from these and from SQL alone.
 * Times are microseconds of the machine's monotonic clock: `sentAt` is taken before the request
 * is handed over and `answeredAt` after the answer is complete, so that "A was answered before
 * B was sent" can't be claimed of two requests which overlapped.
 */
export class Diary {
  #file;
  #buyerId;
  #lines = [];

  constructor(file, buyerId) {
    this.#file = file;
    this.#buyerId = buyerId;
  }

  write(entry) {
    this.#lines.push(JSON.stringify({ buyer: this.#buyerId, ...entry }));
  }

  /** Written at once and in one piece: artillery ends its worker without waiting for streams. */
  flush() {
    if (this.#lines.length > 0) writeSync(this.#file, `${this.#lines.join('\n')}\n`);
    this.#lines = [];
  }
}

export function openDiaries(path) {
  return openSync(path, 'a', 0o600);
}

export function now() {
  return Number(process.hrtime.bigint() / 1000n);
}

/** The part of an Attempt that the verdict needs, or `undefined` when the body is none. */
export function seen(body) {
  if (typeof body?.id !== 'string' || typeof body.state !== 'string') return undefined;
  if (typeof body.ticket !== 'number') return undefined;
  const { id, saleId, ticket, state, version, quantity, holdExpiresAt, orderId } = body;
  return { id, saleId, ticket, state, version, quantity, holdExpiresAt, orderId };
}

/** The part of an Order that the verdict needs, or `undefined` when the body is none. */
export function seenOrder(body) {
  if (typeof body?.id !== 'string' || !Array.isArray(body.lines)) return undefined;
  const { id, state } = body;
  const lines = body.lines.map(({ productId, attemptId, quantity }) => {
    return { productId, attemptId, quantity };
  });
  return { id, state, lines };
}
