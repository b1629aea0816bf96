/** How many samples are kept: enough to meet a quick answer, few enough to follow a stepped clock. */
const SAMPLES = 8;
/** A sample this far from what is believed means that the device's clock was set. */
const STEP_MS = 5_000;

/**
 * The server's time as a device with any clock knows it. Each message carries the time at which it
 * was written, so it is late by its way here; the least late one of the last few is believed.
 */
export class ServerClock {
  readonly #deviceNow: () => number;
  #offsets: number[] = [];

  constructor(deviceNow: () => number = Date.now) {
    this.#deviceNow = deviceNow;
  }

  learn(serverTime: string): void {
    const offset = Date.parse(serverTime) - this.#deviceNow();
    if (!Number.isFinite(offset)) return;
    if (this.#offsets.length > 0 && Math.abs(offset - this.#best()) > STEP_MS) this.#offsets = [];
    this.#offsets = [...this.#offsets, offset].slice(-SAMPLES);
  }

  now(): number {
    return this.#deviceNow() + (this.#offsets.length > 0 ? this.#best() : 0);
  }

  #best(): number {
    return Math.max(...this.#offsets);
  }
}
