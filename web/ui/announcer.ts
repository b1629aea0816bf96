const GAP_MS = 30_000;

/** States that follow each other faster than this are gone before they could be heard. */
const SETTLED_MS = 200;

/**
 * Tells screen readers what changed. A change of state is told at once; the place in line at
 * most twice a minute, and only the latest one, so that nobody is flooded.
 */
export class Announcer {
  readonly #region: HTMLElement;
  #saidAt = Number.NEGATIVE_INFINITY;
  #waiting: string | null = null;
  #placeTimer: ReturnType<typeof setTimeout> | undefined;
  #stateTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(region: HTMLElement) {
    this.#region = region;
  }

  state(text: string): void {
    this.#waiting = null;
    clearTimeout(this.#stateTimer);
    this.#stateTimer = setTimeout(() => this.#say(text), SETTLED_MS);
    this.#saidAt = performance.now();
  }

  place(text: string): void {
    this.#waiting = text;
    const wait = this.#saidAt + GAP_MS - performance.now();
    clearTimeout(this.#placeTimer);
    this.#placeTimer = setTimeout(() => this.#flush(), Math.max(0, wait));
  }

  #flush(): void {
    if (this.#waiting !== null) this.#say(this.#waiting);
    this.#waiting = null;
  }

  #say(text: string): void {
    this.#saidAt = performance.now();
    this.#region.textContent = text;
  }
}
