import type { HttpCalls } from './calls.js';
import type { Answer, Attempt } from './dropgate-client.js';
import { buyerOf } from './identity.js';
import { answered, type Pending, pendingOf, pressConfirm, pressJoin } from './pending.js';
import { pause, type Retry, retryOf } from './retry.js';
import type { SaleNews } from './sale-news.js';
import type { Sending } from './waiting-room.js';

/** How long before opening a press may still be carried over it: clocks and networks differ. */
const OPENING_MS = 2_000;

/** What the buyer does in a sale. Each is sent until it is answered, and takes effect once. */
export class Purchase {
  readonly #news: SaleNews;
  readonly #calls: HttpCalls;
  #stop = new AbortController();

  constructor(news: SaleNews, calls: HttpCalls) {
    this.#news = news;
    this.#calls = calls;
  }

  async join(quantity: number): Promise<void> {
    if (this.#news.room.sending !== null) return;
    this.#news.tell({ type: 'sending', what: 'join' });
    await this.#send(pressJoin(this.#news.saleId, await this.#buyer(), quantity));
  }

  async confirm(paymentReference: string): Promise<void> {
    const { attempt, sending } = this.#news.room;
    if (attempt === null || sending !== null) return;
    this.#news.tell({ type: 'sending', what: 'confirm' });
    const { saleId } = this.#news;
    await this.#send(pressConfirm(saleId, await this.#buyer(), attempt.id, paymentReference));
  }

  /** Goes on with a press that a reload or a lost network left without an answer. */
  async resume(): Promise<void> {
    const pending = pendingOf(this.#news.saleId, await this.#buyer());
    if (pending === null || this.#news.room.sending !== null) return;
    this.#news.tell({ type: 'sending', what: pending.kind });
    await this.#send(pending);
  }

  async leave(): Promise<void> {
    const { attempt, sending } = this.#news.room;
    if (attempt === null || sending !== null) return;
    this.#news.tell({ type: 'sending', what: 'leave' });
    const answer = await this.#until(() => this.#calls.leave(attempt.id));
    if (answer !== null) this.#settle(answer);
    if (answer?.kind === 'problem') await this.#news.check();
  }

  /** Ends the tries. What was sent may still have arrived: the next snapshot tells. */
  stop(): void {
    this.#stop.abort();
  }

  /** Without a token yet, nothing can be pending of this buyer. */
  async #buyer(): Promise<string> {
    const token = await this.#calls.identity.token();
    return token.kind === 'ok' ? buyerOf(token.body) : '';
  }

  async #send(pending: Pending): Promise<void> {
    const { saleId } = this.#news;
    const answer = await this.#until(() =>
      pending.kind === 'join'
        ? this.#calls.join(saleId, pending.quantity, pending.key)
        : this.#calls.confirm(pending.attemptId, pending.key),
    );
    answered(saleId, pending.key);
    if (answer !== null) this.#settle(answer);
    if (answer?.kind === 'problem') await this.#askAfter(pending.kind);
  }

  /** A refusal means that the page knew less than the server: it asks. */
  async #askAfter(what: Sending): Promise<void> {
    if (what === 'join') await this.#news.askSale();
    else await this.#news.check();
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
    this.#news.tell({ type: 'stopped' });
    void this.#news.askSnapshot();
    return null;
  }

  /** Pressed a moment before the door opened: the press waits for it. */
  #untilOpening(answer: Answer<Attempt>, tries: number): Retry | null {
    if (answer.kind !== 'problem' || answer.problem.code !== 'sale-not-open' || tries > 4)
      return null;
    const { opensAt } = answer.problem;
    const left = typeof opensAt === 'string' ? Date.parse(opensAt) - this.#news.clock.now() : NaN;
    if (!(left < OPENING_MS)) return null;
    return { kind: 'too-fast', afterMs: Math.max(100, left) + Math.random() * 200 };
  }

  #tellRetry(retry: Retry): void {
    const retryAt = this.#news.clock.now() + retry.afterMs;
    this.#news.tell({ type: 'retrying', trouble: { kind: retry.kind, retryAt } });
  }

  #settle(answer: Answer<Attempt>): void {
    if (answer.kind === 'ok') this.#news.tell({ type: 'answered', attempt: answer.body });
    if (answer.kind === 'problem') this.#news.tell({ type: 'refused', code: answer.problem.code });
  }
}
