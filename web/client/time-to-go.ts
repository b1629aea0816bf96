/** The time that a place in line is told. Pure: what the page shows, tests can follow. */
import { LINE_WATCHED_MS, waitRange } from '../../core/domain/wait-range.js';
import type { TimeToGo } from './dropgate-client.js';

/** The next ticket to be decided, at a moment of server time. */
export interface LineSample {
  readonly at: number;
  readonly serving: number;
}

export interface LineWatch {
  /** The last moments of the line; the oldest one is what the pace is measured from. */
  readonly samples: readonly LineSample[];
  readonly promise: TimeToGo | null;
}

export const UNWATCHED: LineWatch = { samples: [], promise: null };

/** A sample this much older than the last one means that the server's clock was set back. */
const CLOCK_STEP_MS = 10_000;

/** A promise is given up by the pace of this long: a failover of a moment does not undo it. */
const REVISED_MS = 10_000;

/**
 * One more look at the line. The first range that can be made is a promise: it stays, as times of
 * the clock, until it is clearly wrong. A range that follows every change of pace tells nothing.
 */
export function watchLine(watch: LineWatch, sample: LineSample, ticket: number): LineWatch {
  const last = watch.samples.at(-1);
  const behind = last ? last.at - sample.at : Number.NEGATIVE_INFINITY;
  if (behind > CLOCK_STEP_MS) return { ...watch, samples: [sample] };
  if (behind >= 0) return watch;
  const samples = recent([...watch.samples, sample], REVISED_MS);
  // While nothing moves nothing new can be told.
  const soon = rangeOver(recent(samples, LINE_WATCHED_MS), LINE_WATCHED_MS, ticket);
  if (watch.promise === null) return { samples, promise: soon };
  const fresh = soon && rangeOver(samples, REVISED_MS, ticket);
  return { samples, promise: stillRight(watch.promise, fresh, sample.at) ?? fresh };
}

/** What has been told of this place before, by this page or another tab. */
export function withPromise(watch: LineWatch, promise: TimeToGo): LineWatch {
  return { ...watch, promise };
}

/** All of the last `ms`, and the last sample before them: its value held until then. */
function recent(samples: readonly LineSample[], ms: number): readonly LineSample[] {
  const newest = samples.at(-1)?.at ?? 0;
  const from = samples.findLastIndex(({ at }) => newest - at >= ms);
  return samples.slice(Math.max(0, from));
}

/** The range by the pace of samples that cover at least `ms`. */
function rangeOver(samples: readonly LineSample[], ms: number, ticket: number): TimeToGo | null {
  const [first, last] = [samples[0], samples.at(-1)];
  if (!first || !last || last.at - first.at < ms) return null;
  const perSecond = ((last.serving - first.serving) * 1_000) / (last.at - first.at);
  const range = waitRange(Math.max(0, ticket - last.serving), perSecond);
  return range && { from: last.at + range.from, to: last.at + range.to };
}

/** The promise, unless its time has passed or all that is expected now lies outside of it. */
function stillRight(
  promise: TimeToGo | null,
  fresh: TimeToGo | null,
  now: number,
): TimeToGo | null {
  if (promise === null || now > promise.to) return null;
  const outside = fresh !== null && (fresh.from > promise.to || fresh.to < promise.from);
  return outside ? null : promise;
}
