/**
 * Lets each key through at once and then at most once per `everyMs`; the last call of a burst is
 * never lost.
 */
export class Throttle {
  readonly #everyMs: number;
  readonly #send: (key: string) => void;
  /** Keys that were sent within the last `everyMs`; `true` when there is more to send. */
  readonly #resting = new Map<string, boolean>();
  readonly #timers = new Set<NodeJS.Timeout>();

  constructor(everyMs: number, send: (key: string) => void) {
    this.#everyMs = everyMs;
    this.#send = send;
  }

  touch(key: string): void {
    if (this.#resting.has(key)) {
      this.#resting.set(key, true);
      return;
    }
    this.#send(key);
    this.#rest(key);
  }

  close(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    this.#resting.clear();
  }

  #rest(key: string): void {
    this.#resting.set(key, false);
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      const more = this.#resting.get(key);
      this.#resting.delete(key);
      if (more) this.touch(key);
    }, this.#everyMs);
    this.#timers.add(timer);
  }
}
