import type { Answer } from './dropgate-client.js';
import { pause, retryOf } from './retry.js';
import type { SaleNews } from './sale-news.js';
import { isLive } from './waiting-room.js';

const DEFAULT_INTERVAL_MS = 2_000;

/**
 * Asks for the sale and the buyer's attempt: again and again while there is no socket, else until
 * it has been answered once.
 */
export class Poller {
  readonly #news: SaleNews;
  readonly #socketIsUp: () => boolean;
  #stop: AbortController | null = null;
  #failures = 0;
  /** Whether the buyer's attempts are to be listed: another tab or device may have joined. */
  #snapshotDue = true;

  constructor(news: SaleNews, socketIsUp: () => boolean) {
    this.#news = news;
    this.#socketIsUp = socketIsUp;
  }

  start(): void {
    if (this.#stop !== null) return;
    this.#stop = new AbortController();
    void this.#run(this.#stop.signal);
  }

  stop(): void {
    this.#stop?.abort();
    this.#stop = null;
  }

  /** Asks now, for everything: the page has come back from sleep or from another tab. */
  async askNow(): Promise<void> {
    this.#snapshotDue = true;
    if (this.#stop === null) this.start();
    else await this.#ask();
  }

  async #run(stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      const answers = await this.#ask();
      if (stop.aborted) return;
      const wait = this.#judge(answers);
      if (this.#failures === 0 && this.#socketIsUp()) return this.stop();
      await pause(wait, stop, this.#failures > 0);
    }
  }

  async #ask(): Promise<Answer<unknown>[]> {
    const { attempt } = this.#news.room;
    const questions: Promise<Answer<unknown>>[] = [this.#news.askSale()];
    if (this.#snapshotDue) questions.push(this.#askSnapshot());
    else if (attempt !== null && isLive(attempt)) questions.push(this.#news.askAttempt(attempt.id));
    return Promise.all(questions);
  }

  async #askSnapshot(): Promise<Answer<unknown>> {
    const answer = await this.#news.askSnapshot();
    if (answer.kind === 'ok') this.#snapshotDue = false;
    return answer;
  }

  /** Tells how the connection stands; answers how long to wait for the next round. */
  #judge(answers: Answer<unknown>[]): number {
    const failed = answers.find((answer) => retryOf(answer, 0) !== null);
    const retry = failed ? retryOf(failed, this.#failures) : null;
    this.#failures = failed ? this.#failures + 1 : 0;
    const reached = answers.some((answer) => answer.kind !== 'unreachable');
    if (!this.#socketIsUp()) {
      this.#news.tell({ type: 'link', link: reached ? 'polling' : 'offline' });
    }
    if (retry === null) {
      this.#news.tell({ type: 'recovered' });
      return interval(answers);
    }
    const { sending } = this.#news.room;
    const retryAt = this.#news.clock.now() + retry.afterMs;
    if (sending === null) {
      this.#news.tell({ type: 'retrying', trouble: { kind: retry.kind, retryAt } });
    }
    return retry.afterMs;
  }
}

/** The longest interval that an answer names, spread out so that pages do not ask in step. */
function interval(answers: Answer<unknown>[]): number {
  const named = answers.map((answer) => (answer.kind === 'ok' ? (answer.retryAfterMs ?? 0) : 0));
  const wait = Math.max(...named) || DEFAULT_INTERVAL_MS;
  return wait * (1 + Math.random() * 0.3);
}
