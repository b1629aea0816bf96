/**
 * A time is promised once a line was seen to move in each of two spans of this length. The first
 * move after a stand says nothing of the pace (told then, as few as 56 % of 2,501 ranges held), and
 * most places are decided before the second.
 */
export const LINE_LOOK_MS = 1_000;
/** How long a place in line is watched before it can be told a time. */
export const LINE_WATCHED_MS = 2 * LINE_LOOK_MS;

/** A look at a line. `at`: milliseconds since the epoch; `serving`: the next ticket to be decided. */
export interface LineSample {
  readonly at: number;
  readonly serving: number;
}

/**
 * The pace of a line by three looks at it, of which each is at least `LINE_LOOK_MS` after the one
 * before.
 * @returns tickets a second; `null` when the line stood still between two of them
 */
export function linePace(first: LineSample, middle: LineSample, last: LineSample): number | null {
  if (first.serving >= middle.serving || middle.serving >= last.serving) return null;
  return ((last.serving - first.serving) * 1_000) / (last.at - first.at);
}

/** Milliseconds from now within which a place is expected to be decided. */
export interface WaitRange {
  readonly from: number;
  readonly to: number;
}

/** The pace of a line halves and doubles within seconds: a narrower range would not hold. */
const FASTER = 2;
const SLOWER = 2;
/** On top of the slow end: a batch is decided at once, so the pace comes in steps. */
const SLACK_MS = 1_000;

/** Steps to which a time is rounded outwards, by its length: nobody reads "73 to 291 seconds". */
const STEPS: readonly { readonly below: number; readonly step: number }[] = [
  { below: 10_000, step: 1_000 },
  { below: 60_000, step: 5_000 },
  { below: 600_000, step: 30_000 },
  { below: Number.POSITIVE_INFINITY, step: 60_000 },
];

function stepOf(milliseconds: number): number {
  return STEPS.find(({ below }) => milliseconds < below)?.step ?? 60_000;
}

/**
 * The range of time that a place in line is told. The pages promise it, and a sale's report counts
 * from the ledger how often it held.
 * @param ahead undecided tickets before the place, from 0
 * @param perSecond tickets decided a second while the line was watched
 * @returns `null` while nothing moves: then no time can be told
 */
export function waitRange(ahead: number, perSecond: number): WaitRange | null {
  if (!(perSecond > 0) || !(ahead >= 0)) return null;
  const expected = (ahead / perSecond) * 1_000;
  const soonest = expected / FASTER;
  const latest = expected * SLOWER + SLACK_MS;
  return {
    from: Math.floor(soonest / stepOf(soonest)) * stepOf(soonest),
    to: Math.ceil(latest / stepOf(latest)) * stepOf(latest),
  };
}
