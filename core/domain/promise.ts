import {
  LINE_LOOK_MS,
  LINE_WATCHED_MS,
  linePace,
  type WaitRange,
  waitRange,
} from './wait-range.js';

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
    const next = this.#after(time);
    return next > this.#from ? (this.#serving[next - 1] as number) : this.#before;
  }

  /** The first step that lies after this time. */
  #after(time: number): number {
    let low = this.#from;
    let high = this.#times.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#times[middle] as number) <= time) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** When it came further for the first time after this one; `null`: it has not. */
  nextMove(time: number): number | null {
    return this.#times[this.#after(time)] ?? null;
  }

  #cut(): void {
    this.#times = this.#times.slice(this.#from);
    this.#serving = this.#serving.slice(this.#from);
    this.#from = 0;
  }
}

/**
 * Whether the time ranges that a sale's line was told have held. Takes the attempts in ticket order
 * and works out what the page of each has seen: how far the line came in two seconds, and which
 * range it was told first. Pages may have got their news a moment later than the ledger says.
 */
export class PromiseCount {
  made = 0;
  kept = 0;
  unknown = 0;
  readonly #line = new Progress();
  /** No move up to here, as far as anybody still asks, has shown a pace. */
  #paceless = Number.NEGATIVE_INFINITY;

  add({ ticket, enteredAt, decidedAt }: PromisedAttempt): void {
    this.#line.forgetUntil(enteredAt);
    const watched = enteredAt + LINE_WATCHED_MS;
    // Whoever was decided by then was told no time.
    if (decidedAt === null || decidedAt > watched) this.#judge(ticket, watched, decidedAt);
    if (decidedAt !== null) this.#line.note(decidedAt, ticket + 1);
  }

  #judge(ticket: number, watched: number, decidedAt: number | null): void {
    const told = decidedAt === null ? null : this.#told(ticket, watched, decidedAt);
    if (told === null || decidedAt === null) {
      this.unknown += 1;
      return;
    }
    this.made += 1;
    if (decidedAt >= told.from && decidedAt <= told.to) this.kept += 1;
  }

  /** The first range that could be told, as times: a line that stands still tells none. */
  #told(ticket: number, watched: number, decidedAt: number): WaitRange | null {
    const atOnce = this.#toldAt(ticket, watched);
    if (atOnce) return atOnce;
    // A page looks when the line moves: what moves it last may be the place's own decision.
    let time = this.#line.nextMove(Math.max(watched, this.#paceless));
    while (time !== null && time < decidedAt) {
      const range = this.#toldAt(ticket, time);
      if (range) return range;
      this.#paceless = time;
      time = this.#line.nextMove(time);
    }
    return null;
  }

  #toldAt(ticket: number, time: number): WaitRange | null {
    const look = (at: number) => ({ at, serving: this.#line.at(at) });
    const now = look(time);
    const pace = linePace(look(time - LINE_WATCHED_MS), look(time - LINE_LOOK_MS), now);
    const range = pace === null ? null : waitRange(ticket - now.serving, pace);
    return range && { from: time + range.from, to: time + range.to };
  }
}
