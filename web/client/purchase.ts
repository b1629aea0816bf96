import type { Attempt } from '../../core/contract.js';
import { joinLine, leaveLine } from './api.js';
import type { Answer } from './http.js';
import { answered, type PendingBuy, pendingBuy, press } from './pending.js';
import { pause, type Retry, retryOf } from './retry.js';
import type { SaleRoom } from './sale-room.js';

/** How long before opening a press may still be carried over it: clocks and networks differ. */
const OPENING_MS = 2_000;

/** What the buyer does in a sale. Each is sent until it is answered, and takes effect once. */
export class Purchase {
  readonly #room: SaleRoom;
  #stop = new AbortController();

  constructor(room: SaleRoom) {
    this.#room = room;
  }

  async buy(quantity: number): Promise<void> {
    if (this.#room.state.sending !== null) return;
    await this.#join(press(this.#room.saleId, quantity));
  }

  /** Goes on with a press that a reload or a lost network left without an answer. */
  async resume(found: (quantity: number) => void): Promise<void> {
    const pending = pendingBuy(this.#room.saleId);
    if (pending === null || this.#room.state.sending !== null) return;
    found(pending.quantity);
    await this.#join(pending);
  }

  async leave(): Promise<void> {
    const { attempt, sending } = this.#room.state;
    if (attempt === null || sending !== null) return;
    this.#room.tell({ type: 'sending', what: 'leave' });
    const answer = await this.#until(() => leaveLine(attempt.id));
    if (answer !== null) this.#settle(answer);
    if (answer?.kind === 'problem') await this.#room.check();
  }

  /** Ends the tries. What was sent may still have arrived: the next snapshot tells. */
  stop(): void {
    this.#stop.abort();
  }

  async #join(pending: PendingBuy): Promise<void> {
    const { saleId } = this.#room;
    this.#room.tell({ type: 'sending', what: 'buy' });
    const answer = await this.#until(() => joinLine(saleId, pending));
    answered(saleId, pending.key);
    if (answer !== null) this.#settle(answer);
    if (answer?.kind === 'problem') await this.#room.askSale();
  }

  /** Repeats until there is a final answer; `null` when the buyer stopped it. */
  async #until(request: () => Promise<Answer<Attempt>>): Promise<Answer<Attempt> | null> {
    this.#stop = new AbortController();
    const { signal } = this.#stop;
    for (let tries = 0; ; tries++) {
      const answer = await request();
      const retry = retryOf(answer, tries) ?? this.#untilOpening(answer, tries);
      if (retry === null) return answer;
      if (signal.aborted) break;
      this.#tellRetry(retry);
      await pause(retry.afterMs, signal, retry.kind === 'offline');
      if (signal.aborted) break;
    }
    this.#room.tell({ type: 'stopped' });
    void this.#room.askSnapshot();
    return null;
  }

  /** Pressed a moment before the door opened: the press waits for it. */
  #untilOpening(answer: Answer<Attempt>, tries: number): Retry | null {
    if (answer.kind !== 'problem' || answer.problem.code !== 'sale-not-open' || tries > 4)
      return null;
    const { opensAt } = answer.problem;
    const left = typeof opensAt === 'string' ? Date.parse(opensAt) - this.#room.clock.now() : NaN;
    if (!(left < OPENING_MS)) return null;
    return { kind: 'too-fast', afterMs: Math.max(100, left) + Math.random() * 200 };
  }

  #tellRetry(retry: Retry): void {
    const retryAt = this.#room.clock.now() + retry.afterMs;
    this.#room.tell({ type: 'retrying', trouble: { kind: retry.kind, retryAt } });
  }

  #settle(answer: Answer<Attempt>): void {
    if (answer.kind === 'ok') this.#room.tell({ type: 'answered', attempt: answer.body });
    if (answer.kind === 'problem') this.#room.tell({ type: 'refused', code: answer.problem.code });
  }
}
