import { attemptIdOf } from '../../../core/domain/ids.js';
import type { RawEntry } from '../feed-recorder.js';

/** What is wrong in a sale's feed, by kind. */
export interface SaleFaults {
  readonly decidedTwice: string[];
  readonly holdsEndedTwice: string[];
  readonly outOfOrder: string[];
  readonly unbalanced: string[];
  readonly twoLive: string[];
  readonly passedOver: string[];
  readonly deadlines: string[];
}

export function noFaults(): SaleFaults {
  return {
    ...{ decidedTwice: [], holdsEndedTwice: [], outOfOrder: [], unbalanced: [] },
    ...{ twoLive: [], passedOver: [], deadlines: [] },
  };
}

/** From `''`, nothing yet, to the states that may come next. */
const MAY_BECOME: Readonly<Record<string, readonly string[]>> = {
  '': ['waiting'],
  waiting: ['held', 'standby', 'sold-out', 'rejected', 'released'],
  standby: ['held', 'sold-out', 'rejected', 'released'],
  held: ['confirmed', 'released', 'expired'],
};

const HOLD_ENDS = new Set(['confirmed', 'released', 'expired']);

const LIVE = new Set(['waiting', 'standby', 'held']);

interface Attempt {
  readonly state: string;
  readonly version: number;
  readonly quantity: number;
  readonly buyer: string;
  readonly tag: string;
  readonly expires: number;
  readonly order: string;
}

function attemptOf(text: string | undefined): Attempt {
  const [state = '', version = 0, quantity = 0, buyer = '', tag = '', expires, order = ''] =
    text?.split('|') ?? [];
  const numbers = { version: Number(version), quantity: Number(quantity) };
  return { state, ...numbers, buyer, tag, expires: Number(expires), order };
}

/** One sale's side of a replay: sums of its own, to hold against the counts that it is told. */
export class SaleReplay {
  readonly attempts = new Map<number, string>();
  /** Attempt id and version → state: all that buyers may be told. */
  readonly said = new Map<string, string>();
  /** Whether entries are missing that nobody could read: what they changed is not known. */
  unsure = false;
  readonly #saleId: string;
  readonly #units = new Map<string, number>();
  readonly #attemptsIn = new Map<string, number>();
  readonly #standby = new Map<number, number>();
  readonly #liveOf = new Map<string, number>();
  #total = 0;
  #available = 0;
  #lastDecided = 0;

  constructor(saleId: string) {
    this.#saleId = saleId;
  }

  /** Takes one entry; notes what is wrong with it. */
  play(entry: RawEntry, faults: SaleFaults): void {
    this.#available += (entry.counts[0] ?? 0) - this.#total;
    this.#total = entry.counts[0] ?? 0;
    for (const [ticket, text] of entry.attempts) this.#change(entry, ticket, text, faults);
    const mistake = this.#mistakeIn(entry.counts);
    if (mistake) faults.unbalanced.push(`${entry.number}: ${mistake}`);
    if (this.unsure) this.#available = entry.counts[1] ?? 0;
  }

  #change(entry: RawEntry, ticket: number, text: string, faults: SaleFaults): void {
    const before = attemptOf(this.attempts.get(ticket));
    const after = attemptOf(text);
    const where = `${entry.number} ${entry.kind}: ticket ${ticket}`;
    this.#checkStep(before, after, ticket, where, faults);
    if (entry.kind === 'decided' && before.state === 'waiting') {
      if (ticket <= this.#lastDecided) {
        faults.outOfOrder.push(`${where} after ${this.#lastDecided}`);
      }
      this.#lastDecided = ticket;
    }
    if (after.state === 'held' && before.state !== 'held') {
      this.#checkTurn(before, after, ticket, where, faults);
    }
    this.#checkDeadline(before, after, entry.time, where, faults);
    this.#checkLive(after, ticket, where, faults);
    this.#count(ticket, before, -1);
    this.#count(ticket, after, 1);
    this.attempts.set(ticket, text);
    const id = attemptIdOf(this.#saleId, ticket, after.tag);
    this.said.set(`${id} ${after.version}`, after.state);
  }

  #checkStep(
    before: Attempt,
    after: Attempt,
    ticket: number,
    where: string,
    faults: SaleFaults,
  ): void {
    // An order binds a hold and lets it go: that is no change of state.
    const bound = before.state === 'held' && after.state === 'held';
    const order = bound && before.version === after.version && before.order !== after.order;
    const step =
      after.version === before.version + 1 && MAY_BECOME[before.state]?.includes(after.state);
    if (!order && !step && !this.unsure) {
      const was = `${before.state || 'nothing'} (${before.version})`;
      const words = `${where}: ${was} became ${after.state} (${after.version})`;
      if (HOLD_ENDS.has(before.state)) faults.holdsEndedTwice.push(words);
      else faults.decidedTwice.push(words);
    } else if (before.state === '' && ticket !== this.attempts.size + 1 && !this.unsure) {
      faults.decidedTwice.push(`${where} left a gap`);
    }
  }

  /** Stock goes to the lowest standby ticket that fits, and to a new ticket only if none does. */
  #checkTurn(
    before: Attempt,
    after: Attempt,
    ticket: number,
    where: string,
    faults: SaleFaults,
  ): void {
    if (this.unsure) return;
    for (const [other, quantity] of this.#standby) {
      const first = before.state === 'waiting' || other < ticket;
      if (other !== ticket && first && quantity <= this.#available) {
        faults.passedOver.push(`${where} was held before standby ticket ${other}`);
        return;
      }
    }
    if (after.quantity > this.#available) {
      faults.unbalanced.push(`${where} holds ${after.quantity} of ${this.#available}`);
    }
  }

  #checkDeadline(
    before: Attempt,
    after: Attempt,
    time: number,
    where: string,
    { deadlines }: SaleFaults,
  ): void {
    const late = time >= after.expires;
    if (after.state === 'expired' && !late) deadlines.push(`${where} expired too early`);
    if (before.state !== 'held' || before.order !== '' || !late) return;
    if (after.state === 'confirmed') deadlines.push(`${where} was confirmed too late`);
    if (after.state === 'released') deadlines.push(`${where} was released, not expired`);
  }

  #checkLive(after: Attempt, ticket: number, where: string, { twoLive }: SaleFaults): void {
    const other = this.#liveOf.get(after.buyer);
    if (!LIVE.has(after.state)) {
      if (other === ticket) this.#liveOf.delete(after.buyer);
      return;
    }
    if (other !== undefined && other !== ticket && !this.unsure) {
      twoLive.push(`${where}: ${after.buyer} has ${other}, too`);
    }
    this.#liveOf.set(after.buyer, ticket);
  }

  /** What is wrong with the counts of an entry; `null` when they are what the attempts come to. */
  #mistakeIn(counts: readonly number[]): string | null {
    const [total = 0, available = 0, held = 0, sold = 0, entered, , waiting, standby] = counts;
    const adds = total === available + held + sold && Math.min(available, held, sold) >= 0;
    const fits =
      held === (this.#units.get('held') ?? 0) &&
      sold === (this.#units.get('confirmed') ?? 0) &&
      entered === this.attempts.size &&
      waiting === (this.#attemptsIn.get('waiting') ?? 0) &&
      standby === (this.#attemptsIn.get('standby') ?? 0);
    if (adds && (fits || this.unsure)) return null;
    return `counts ${counts.join(',')} are not what the attempts come to`;
  }

  #count(ticket: number, { state, quantity }: Attempt, sign: 1 | -1): void {
    this.#units.set(state, (this.#units.get(state) ?? 0) + sign * quantity);
    this.#attemptsIn.set(state, (this.#attemptsIn.get(state) ?? 0) + sign);
    if (state === 'held' || state === 'confirmed') this.#available -= sign * quantity;
    if (state !== 'standby') return;
    if (sign > 0) this.#standby.set(ticket, quantity);
    else this.#standby.delete(ticket);
  }
}
