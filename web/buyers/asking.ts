import type { Answer } from '../client/index.js';
import { pause, retryOf } from '../client/retry.js';

/** Longer than any page lives, shorter than a timer can count. */
const FOR_EVER_MS = 2 ** 31 - 1;

/** Asks one question again and again, for as long as somebody looks at the page. */
export class Asking<T> {
  readonly #ask: () => Promise<Answer<T>>;
  readonly #everyMs: number;
  readonly #hear: (answer: Answer<T>) => void;
  #stopped = false;
  /** Somebody wants to know what is true now: an answer that is under way may be too old. */
  #wanted = false;
  /** Counts what was learned from elsewhere: an answer to an older question would undo it. */
  #overtaken = 0;
  #rest = new AbortController();

  /** @param everyMs `null` to ask until there is an answer, and then only when told to */
  constructor(
    ask: () => Promise<Answer<T>>,
    everyMs: number | null,
    hear: (answer: Answer<T>) => void,
  ) {
    this.#ask = ask;
    this.#everyMs = everyMs ?? FOR_EVER_MS;
    this.#hear = hear;
  }

  async run(): Promise<void> {
    let failures = 0;
    while (!this.#stopped) {
      this.#wanted = false;
      const overtaken = this.#overtaken;
      const answer = await this.#ask();
      if (this.#stopped) return;
      if (overtaken === this.#overtaken) this.#hear(answer);
      const retry = retryOf(answer, failures);
      failures = retry === null ? 0 : failures + 1;
      await this.#pause(retry?.afterMs ?? this.#everyMs, retry !== null);
    }
  }

  /** Asks now, or as soon as the question that is under way is answered. */
  again(): void {
    this.#wanted = true;
    this.#rest.abort();
  }

  /** The page has just been told by another answer. */
  overtake(): void {
    this.#overtaken += 1;
  }

  stop(): void {
    this.#stopped = true;
    this.#rest.abort();
  }

  /** While nobody looks nothing is asked: `again` is called when somebody does. */
  async #pause(milliseconds: number, wakeOnline: boolean): Promise<void> {
    this.#rest = new AbortController();
    const { signal } = this.#rest;
    if (!this.#wanted) await pause(milliseconds, signal, wakeOnline);
    if (document.hidden && !signal.aborted) await pause(FOR_EVER_MS, signal, false);
  }
}
