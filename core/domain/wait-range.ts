/**
 * How long a place in line is watched before a time is promised. At an opening the pace of the
 * first moments says nothing, and most places are decided within it.
 */
export const LINE_WATCHED_MS = 2_000;

/** Milliseconds from now within which a place is expected to be decided. */
export interface WaitRange {
  readonly from: number;
  readonly to: number;
}

/**
 * The pace of a line halves and doubles within seconds: a narrower range would not hold. A line that
 * has just begun to move seems up to twice as slow as it is, so it may also come twice as soon again
 * (with half the time as the near end, 36 % of 2,501 ranges held in a line that moved in steps).
 */
const FASTER = 4;
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
