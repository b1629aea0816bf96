import { LINE_WATCHED_MS, type WaitRange, waitRange } from './wait-range.js';

/** An attempt as far as its promise goes; times in milliseconds since the epoch. */
export interface PromisedAttempt {
  readonly ticket: number;
  readonly enteredAt: number;
  /** `null`: it left the line, or is still in it. */
  readonly decidedAt: number | null;
}

/**
 * How far a line has come, by time. Asked with times that never fall, so what lies before the last
 * of them is forgotten: it holds no more than what was decided while one attempt waited.
 */
class Progress {
  #times: number[] = [];
  #serving: number[] = [];
  /** Where the steps begin that lie after the last time asked for. */
  #from = 0;
  #before = 1;

  /** From `time` on, which never falls, `serving` was the next ticket to be decided. */
  note(time: number, serving: number): void {
    if (this.#times.at(-1) === time) this.#serving.pop();
    else this.#times.push(time);
    this.#serving.push(serving);
  }

  /** The next ticket to be decided at this time. */
  forgetUntil(time: number): number {
    while (this.#from < this.#times.length && (this.#times[this.#from] as number) <= time) {
      this.#before = this.#serving[this.#from] as number;
      this.#from += 1;
    }
    if (this.#from * 2 > this.#times.length) this.#cut();
    return this.#before;
  }

  /** The same for a later time, which may come in any order. */
  at(time: number): number {
    let low = this.#from;
    let high = this.#times.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#times[middle] as number) <= time) low = middle + 1;
      else high = middle;
    }
    return low > this.#from ? (this.#serving[low - 1] as number) : this.#before;
  }

  #cut(): void {
    this.#times = this.#times.slice(this.#from);
    this.#serving = this.#serving.slice(this.#from);
    this.#from = 0;
  }
}

/**
 * Whether the time ranges that a sale's line was told have held. Takes the attempts in ticket order
 * and works out what the page of each has seen: how far the line came in the first two seconds, and
 * what range that made. Pages may have got their news a moment later than the ledger says.
 */
export class PromiseCount {
  made = 0;
  kept = 0;
  unknown = 0;
  readonly #line = new Progress();

  add({ ticket, enteredAt, decidedAt }: PromisedAttempt): void {
    const before = this.#line.forgetUntil(enteredAt);
    const toldAt = enteredAt + LINE_WATCHED_MS;
    // Whoever was decided by then was told no time.
    if (decidedAt === null || decidedAt > toldAt) {
      const after = this.#line.at(toldAt);
      const range = waitRange(ticket - after, (after - before) / (LINE_WATCHED_MS / 1_000));
      this.#judge(range, decidedAt === null ? null : decidedAt - toldAt);
    }
    if (decidedAt !== null) this.#line.note(decidedAt, ticket + 1);
  }

  #judge(range: WaitRange | null, waited: number | null): void {
    if (range === null || waited === null) {
      this.unknown += 1;
      return;
    }
    this.made += 1;
    if (waited >= range.from && waited <= range.to) this.kept += 1;
  }
}
