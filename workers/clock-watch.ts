/**
 * How far Redis's time may step against a clock that only runs on, in milliseconds. design.md: less
 * than this is clamped.
 */
export const STEP_MS = 5_000;

/** One reading of Redis's time, and when it was asked for and answered by a monotonic clock. */
export interface TimeReading {
  readonly redis: number;
  readonly sentAt: number;
  readonly answeredAt: number;
}

/**
 * Compares Redis's time with this process's monotonic clock. All in milliseconds. Each reading was
 * taken at some moment between its sending and its answer, so a slow answer is no step.
 */
export class ClockWatch {
  #last: TimeReading | null = null;

  /** By how much the time stepped since the last reading: 0 unless by more than `STEP_MS`. */
  step(reading: TimeReading): number {
    const last = this.#last;
    this.#last = reading;
    if (!last) return 0;
    const passed = reading.redis - last.redis;
    const most = reading.answeredAt - last.sentAt + STEP_MS;
    const least = reading.sentAt - last.answeredAt - STEP_MS;
    if (passed > most || passed < least) {
      return Math.round(passed - (reading.answeredAt - last.answeredAt));
    }
    return 0;
  }
}
