/** Milliseconds since the epoch. Decisions go by Redis time; this one is for schedules of our own. */
export type Clock = () => number;

export const systemClock: Clock = Date.now;

/** RFC 3339, UTC, with milliseconds; `null` stays `null`. */
export function timestampOf(ms: number): string;
export function timestampOf(ms: number | null): string | null;
export function timestampOf(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}
