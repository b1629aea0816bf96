/** How long before a hold ends its buyer is warned. Pure. */
const WARNINGS_MS = [300_000, 60_000, 30_000, 10_000];

/**
 * The warning that is due when `left` has fallen from `before`: the last one that was passed, as
 * the time that it names. A hold that is hardly longer than a warning has none: it was just told.
 */
export function warningDue(before: number, left: number, holdMs: number): number | null {
  const passed = WARNINGS_MS.filter((at) => at < holdMs * 0.8 && before > at && left <= at);
  return left > 0 ? (passed.at(-1) ?? null) : null;
}
