import type { RawEntry } from '../feed-recorder.js';

/** A recorded feed, taken apart by the lives of its lane. */
export interface Survivors {
  /** What counts: entries in the order of their numbers. */
  readonly alive: readonly RawEntry[];
  /** Entries that a later life does not know: Redis lost them before the ledger had them. */
  readonly void: readonly RawEntry[];
  /** Numbers that came twice in one life, which must not be. */
  readonly repeated: readonly string[];
  /** How often the lane was given a new life. */
  readonly losses: number;
}

/**
 * Sorts out what did not survive. A lane that lost data goes on behind what its next life knows,
 * so a number that comes again, or lies beyond the end, was void in the life before.
 * @param end incarnation and feed number at which the lane stands in the end
 */
export function survivorsOf(
  entries: readonly RawEntry[],
  end: { readonly incarnation: string; readonly number: number },
): Survivors {
  const alive: RawEntry[] = [];
  const gone: RawEntry[] = [];
  const repeated: string[] = [];
  for (const entry of entries) {
    for (let last = alive.at(-1); last && last.number >= entry.number; last = alive.at(-1)) {
      if (last.incarnation === entry.incarnation) repeated.push(`${entry.number} comes twice`);
      gone.push(alive.pop() as RawEntry);
    }
    alive.push(entry);
  }
  for (let last = alive.at(-1); last && isBeyond(last, end); last = alive.at(-1)) {
    gone.push(alive.pop() as RawEntry);
  }
  const lives = new Set([...entries.map(({ incarnation }) => incarnation), end.incarnation]);
  return { alive, void: gone, repeated, losses: lives.size - 1 };
}

function isBeyond(last: RawEntry, end: { incarnation: string; number: number }): boolean {
  return last.incarnation !== end.incarnation && last.number > end.number;
}
