import type { RawEntry } from '../feed-recorder.js';
import { noFaults, type SaleFaults, SaleReplay } from './sale-replay.js';

/** What replaying a lane's feed, entry by entry, has shown. The lists hold what is wrong. */
export interface Replay extends SaleFaults {
  readonly gaps: string[];
  readonly fellBack: string[];
  /** Sale → what its attempts come to: ticket → record. */
  readonly attempts: ReadonlyMap<string, ReadonlyMap<number, string>>;
  /** Attempt id and version → state. */
  readonly said: ReadonlyMap<string, string>;
  /** Sale → counts after its last entry. */
  readonly counts: ReadonlyMap<string, readonly number[]>;
  /** Entries that were lost before they could be read here, but which the ledger has. */
  readonly unseen: number;
}

/** Plays a lane's feed; of every sale in it, it has to hold the first entry. */
export function replay(entries: readonly RawEntry[]): Replay {
  const sales = new Map<string, SaleReplay>();
  const faults = noFaults();
  const between = { gaps: [] as string[], fellBack: [] as string[], unseen: 0 };
  let before: RawEntry | undefined;
  for (const entry of entries) {
    if (before) compare(before, entry, between);
    const sale = sales.get(entry.saleId) ?? new SaleReplay(entry.saleId);
    sales.set(entry.saleId, sale);
    if (between.unseen > 0) sale.unsure = true;
    sale.play(entry, faults);
    before = entry;
  }
  return {
    ...faults,
    ...between,
    attempts: new Map([...sales].map(([id, { attempts }]) => [id, attempts])),
    said: new Map([...sales.values()].flatMap(({ said }) => [...said])),
    counts: new Map(entries.map(({ saleId, counts }) => [saleId, counts])),
  };
}

/** What must not be between one entry and the next. */
function compare(
  before: RawEntry,
  entry: RawEntry,
  found: { gaps: string[]; fellBack: string[]; unseen: number },
): void {
  const missing = entry.number - before.number - 1;
  // A life that ended may have had entries that were gone before they could be read here.
  if (missing > 0 && before.incarnation !== entry.incarnation) found.unseen += missing;
  else if (missing !== 0) found.gaps.push(`before ${entry.number}`);
  if (entry.fencingToken < before.fencingToken) {
    const fell = `token ${before.fencingToken} to ${entry.fencingToken}`;
    found.fellBack.push(`${entry.number} ${entry.kind}: ${fell}`);
  }
  if (entry.time < before.time) found.fellBack.push(`${entry.number}: time`);
}
