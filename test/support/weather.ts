import { setTimeout as sleep } from 'node:timers/promises';

/** Which way bytes go: to the server, or from it. */
export type Way = 'to' | 'from';

/** What the network does to everything that goes by, for now. */
export class Weather {
  /** Milliseconds that everything takes longer, each way. */
  delayMs = 0;
  #held: readonly Way[] = [];
  #clear: () => void = () => undefined;
  #cleared: Promise<void> = Promise.resolve();

  get held(): boolean {
    return this.#held.length > 0;
  }

  /** From now on nothing passes these ways. */
  hold(ways: readonly Way[]): void {
    this.clear();
    this.#held = ways;
    this.#cleared = new Promise((resolve) => {
      this.#clear = resolve;
    });
  }

  clear(): void {
    this.#held = [];
    this.#clear();
  }

  /** Resolves when what came by at `since` may go on. */
  async pass(way: Way, since: number): Promise<void> {
    const left = since + this.delayMs - performance.now();
    if (left > 0) await sleep(left);
    while (this.#held.includes(way)) await this.#cleared;
  }
}
