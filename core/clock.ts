/** Milliseconds since the epoch. Decisions go by Redis time; this one is for schedules of our own. */
export type Clock = () => number;

export const systemClock: Clock = Date.now;

/** The last that was asked for: all whom one call decided have the same deadline. */
let last = { ms: 0, text: new Date(0).toISOString() };

/** RFC 3339, UTC, with milliseconds; `null` stays `null`. */
export function timestampOf(ms: number): string;
export function timestampOf(ms: number | null): string | null;
export function timestampOf(ms: number | null): string | null {
  if (ms === null) return null;
  if (ms !== last.ms) last = { ms, text: new Date(ms).toISOString() };
  return last.text;
}
