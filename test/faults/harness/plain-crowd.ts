import { setTimeout as sleep } from 'node:timers/promises';
import type { Press } from '../diary.js';
import { send } from '../wire.js';

/** Buyers who press at the same time, and what each of them thinks between two presses. */
const AT_ONCE = 8;
const THINK_MS = 40;

const RETRY_MS = 100;

/** How long a buyer waits for a decision before it counts as lost. */
const PATIENCE_MS = 60_000;

/** What the plain pipeline tells of an attempt; `turn` is its place among all decisions. */
interface Decision {
  readonly state: string;
  readonly turn: number;
}

/** Honest buyers of the plain pipeline, with a diary like that of ours. */
export class PlainCrowd {
  readonly presses: Press[] = [];
  /** Buyer → what it was told first. */
  readonly decisions = new Map<string, Decision>();
  readonly #urls: readonly string[];
  readonly #acknowledged = new Map<string, { sentAt: number; answeredAt: number }>();
  readonly #watchers: Promise<void>[] = [];
  #next = 0;

  constructor(urls: readonly string[]) {
    this.#urls = urls;
  }

  get acknowledged(): number {
    return this.#acknowledged.size;
  }

  /** So many buyers press, each until it has a 202; then each asks until it has a decision. */
  async shop(buyers: number): Promise<void> {
    const place = async () => {
      while (this.#next < buyers) {
        const buyer = `buyer-${this.#next}`;
        this.#next += 1;
        await this.#press(buyer);
        this.#watchers.push(this.#watch(buyer));
        await sleep(THINK_MS);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, place));
  }

  /** Resolves when every buyer was told, or has lost patience. */
  async untilTold(): Promise<void> {
    await Promise.all(this.#watchers);
    for (const [buyer, { sentAt, answeredAt }] of this.#acknowledged) {
      const { state, turn } = this.decisions.get(buyer) ?? { state: 'waiting', turn: 0 };
      const told = turn > 0 ? { id: buyer, ticket: turn, quantity: 1, state, version: 2 } : null;
      const times = { sentAt, answeredAt, status: 202, code: null, retryAfter: null };
      this.presses.push({ buyer, key: buyer, told, ...times });
    }
  }

  async #press(buyer: string): Promise<void> {
    const sentAt = performance.now();
    const body = JSON.stringify({ buyerId: buyer });
    const headers = { 'content-type': 'application/json' };
    const until = sentAt + PATIENCE_MS;
    for (let at = this.#next; performance.now() < until; at += 1) {
      const url = `${this.#urls[at % this.#urls.length]}/attempts`;
      const answer = await send(url, { method: 'POST', headers, body }).catch(() => null);
      if (answer?.status === 202) {
        this.#acknowledged.set(buyer, { sentAt, answeredAt: performance.now() });
        return;
      }
      await sleep(RETRY_MS);
    }
  }

  async #watch(buyer: string): Promise<void> {
    const until = performance.now() + PATIENCE_MS;
    for (let at = 0; performance.now() < until; at += 1) {
      const url = `${this.#urls[at % this.#urls.length]}/attempts/${buyer}`;
      const answer = await send(url, { headers: {} }).catch(() => null);
      if (answer?.status === 200 && answer.body.state !== 'waiting') {
        this.decisions.set(buyer, answer.body);
        return;
      }
      await sleep(RETRY_MS);
    }
  }
}
