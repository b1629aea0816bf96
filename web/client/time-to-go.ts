/** The time that a place in line is told. Pure: what the page shows, tests can follow. */
import {
  LINE_LOOK_MS,
  type LineSample,
  linePace,
  waitRange,
} from '../../core/domain/wait-range.js';
import type { TimeToGo } from './dropgate-client.js';

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

/** Looks further apart than this are no longer remembered. */
const REMEMBERED_MS = 2 * REVISED_MS;

/**
 * One more look at the line. The first range that can be made is a promise: it stays, as times of
 * the clock, until it is clearly wrong. A range that follows every change of pace tells nothing.
 */
export function watchLine(watch: LineWatch, sample: LineSample, ticket: number): LineWatch {
  const last = watch.samples.at(-1);
  const behind = last ? last.at - sample.at : Number.NEGATIVE_INFINITY;
  if (behind > CLOCK_STEP_MS) return { ...watch, samples: [sample] };
  if (behind >= 0) return watch;
  const samples = remembered([...watch.samples, sample]);
  // While nothing moves nothing new can be told.
  const soon = rangeBy(samples, LINE_LOOK_MS, ticket);
  if (watch.promise === null) return { samples, promise: soon };
  const fresh = soon && rangeBy(samples, REVISED_MS / 2, ticket);
  return { samples, promise: stillRight(watch.promise, fresh, sample.at) ?? fresh };
}

/** What has been told of this place before, by this page or another tab. */
export function withPromise(watch: LineWatch, promise: TimeToGo): LineWatch {
  return { ...watch, promise };
}

function remembered(samples: readonly LineSample[]): readonly LineSample[] {
  const newest = samples.at(-1)?.at ?? 0;
  return samples.filter(({ at }) => newest - at <= REMEMBERED_MS);
}

/** The range by the pace of the newest three samples that lie at least `apart` ms from each other. */
function rangeBy(samples: readonly LineSample[], apart: number, ticket: number): TimeToGo | null {
  const last = samples.at(-1);
  const middle = last && samples.findLast(({ at }) => last.at - at >= apart);
  const first = middle && samples.findLast(({ at }) => middle.at - at >= apart);
  const pace = last && middle && first ? linePace(first, middle, last) : null;
  if (last === undefined || pace === null) return null;
  const range = waitRange(Math.max(0, ticket - last.serving), pace);
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
