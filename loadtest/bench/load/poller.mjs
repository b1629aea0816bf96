import { HttpLine } from './http-line.mjs';

/** Connections over which all buyers ask again. */
const LINES = 32;

/** Buyers without a socket: each asks again when `Retry-After` is over, until it is decided. */
export class Poller {
  #idle;
  #lines;
  #due = [];
  #attempts;

  /** @param {string} url @param {import('./attempts.mjs').Attempts} attempts */
  constructor(url, attempts) {
    this.#attempts = attempts;
    this.#lines = Array.from({ length: LINES }, () => new HttpLine(url));
    this.#idle = [...this.#lines];
  }

  /** @param {number} i @param {string} token @param {string} id @param {number | null} retryAfter seconds */
  watch(i, token, id, retryAfter) {
    const request = `GET /api/attempts/${id} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer ${token}\r\n\r\n`;
    setTimeout(
      () => {
        this.#due.push({ i, token, id, request });
        this.#work();
      },
      (retryAfter ?? 1) * 1000,
    );
  }

  close() {
    for (const line of this.#lines) line.close();
  }

  async #work() {
    const line = this.#idle.pop();
    if (!line) return;
    for (let one = this.#due.shift(); one; one = this.#due.shift()) {
      const { body, retryAfter } = await line.ask(one.request);
      const attempt = JSON.parse(body);
      if (attempt.state === 'waiting') this.watch(one.i, one.token, one.id, retryAfter);
      else this.#attempts.told(one.i, attempt);
    }
    this.#idle.push(line);
  }
}
