import type { RawEntry } from '../feed-recorder.js';

/** What replaying a lane's feed, entry by entry, has shown. The lists hold what is wrong. */
export interface Replay {
  readonly gaps: string[];
  readonly fellBack: string[];
  readonly unbalanced: string[];
  readonly decidedTwice: string[];
  readonly outOfOrder: string[];
  /** Sale → what its attempts come to: ticket → record. */
  readonly attempts: ReadonlyMap<string, ReadonlyMap<number, string>>;
  /** Sale → counts after its last entry. */
  readonly counts: ReadonlyMap<string, readonly number[]>;
}

/** From `''`, nothing yet, to the states that may come next. */
const MAY_BECOME: Readonly<Record<string, readonly string[]>> = {
  '': ['waiting'],
  waiting: ['held', 'standby', 'sold-out', 'rejected', 'released'],
  standby: ['held', 'sold-out', 'rejected', 'released'],
  held: ['confirmed', 'released', 'expired'],
};

interface Attempt {
  readonly state: string;
  readonly version: number;
  readonly quantity: number;
}

function attemptOf(text: string | undefined): Attempt {
  const [state = '', version = 0, quantity = 0] = text?.split('|') ?? [];
  return { state, version: Number(version), quantity: Number(quantity) };
}

/** One sale's side of a replay: sums of its own, to hold against the counts that it is told. */
class SaleReplay {
  readonly attempts = new Map<number, string>();
  readonly #units = new Map<string, number>();
  readonly #attemptsIn = new Map<string, number>();
  lastDecided = 0;

  /** Takes one changed attempt; answers what is wrong with the change, if anything. */
  change(ticket: number, text: string): string | null {
    const before = attemptOf(this.attempts.get(ticket));
    const after = attemptOf(text);
    this.#count(before, -1);
    this.#count(after, 1);
    this.attempts.set(ticket, text);
    if (after.version !== before.version + 1 || !MAY_BECOME[before.state]?.includes(after.state)) {
      const was = `${before.state || 'nothing'} (${before.version})`;
      return `ticket ${ticket}: ${was} became ${after.state} (${after.version})`;
    }
    if (before.state === '' && ticket !== this.attempts.size) return `ticket ${ticket} left a gap`;
    return null;
  }

  /** What is wrong with the counts of an entry; `null` when they are what the attempts come to. */
  mistakeIn(counts: readonly number[]): string | null {
    const [total = 0, available = 0, held = 0, sold = 0, entered, , waiting, standby] = counts;
    const adds = total === available + held + sold && Math.min(available, held, sold) >= 0;
    const fits =
      held === (this.#units.get('held') ?? 0) &&
      sold === (this.#units.get('confirmed') ?? 0) &&
      entered === this.attempts.size &&
      waiting === (this.#attemptsIn.get('waiting') ?? 0) &&
      standby === (this.#attemptsIn.get('standby') ?? 0);
    return adds && fits ? null : `counts ${counts.join(',')} are not what the attempts come to`;
  }

  #count({ state, quantity }: Attempt, sign: 1 | -1): void {
    this.#units.set(state, (this.#units.get(state) ?? 0) + sign * quantity);
    this.#attemptsIn.set(state, (this.#attemptsIn.get(state) ?? 0) + sign);
  }
}

/** Plays a lane's feed; of every sale in it, it has to hold the first entry. */
export function replay(entries: readonly RawEntry[]): Replay {
  const sales = new Map<string, SaleReplay>();
  const wrong = {
    gaps: [] as string[],
    fellBack: [] as string[],
    unbalanced: [] as string[],
    decidedTwice: [] as string[],
    outOfOrder: [] as string[],
  };
  let before: RawEntry | undefined;
  for (const entry of entries) {
    const sale = sales.get(entry.saleId) ?? new SaleReplay();
    sales.set(entry.saleId, sale);
    if (before && entry.number !== before.number + 1) wrong.gaps.push(`before ${entry.number}`);
    if (before && entry.fencingToken < before.fencingToken) {
      const fell = `token ${before.fencingToken} to ${entry.fencingToken}`;
      wrong.fellBack.push(`${entry.number} ${entry.kind}: ${fell}`);
    }
    if (before && entry.time < before.time) wrong.fellBack.push(`${entry.number}: time`);
    playAttempts(entry, sale, wrong);
    const mistake = sale.mistakeIn(entry.counts);
    if (mistake) wrong.unbalanced.push(`${entry.number}: ${mistake}`);
    before = entry;
  }
  return {
    ...wrong,
    attempts: new Map([...sales].map(([id, { attempts }]) => [id, attempts])),
    counts: new Map(entries.map(({ saleId, counts }) => [saleId, counts])),
  };
}

function playAttempts(
  { number, kind, attempts }: RawEntry,
  sale: SaleReplay,
  wrong: { decidedTwice: string[]; outOfOrder: string[] },
): void {
  for (const [ticket, text] of attempts) {
    const mistake = sale.change(ticket, text);
    if (mistake) wrong.decidedTwice.push(`${number} ${kind}: ${mistake}`);
    if (kind !== 'decided') continue;
    if (ticket <= sale.lastDecided) {
      wrong.outOfOrder.push(`${number}: ticket ${ticket} after ${sale.lastDecided}`);
    }
    sale.lastDecided = ticket;
  }
}
