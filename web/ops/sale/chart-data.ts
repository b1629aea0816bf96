import type { SaleSample } from '../../../core/contract.js';

/** One line of a chart: what it shows of a sample; `null` where there is nothing to show. */
export type Pick = (sample: SaleSample) => number | null;

/** Columns as a chart takes them: times in seconds, then one column a line. */
export type Columns = [number[], ...(number | null)[][]];

/** A sample comes every ten seconds: where one is missing nobody looked, and the line has a gap. */
const GAP_MS = 25_000;

/** The samples after `from` as columns. */
export function columnsOf(
  samples: readonly SaleSample[],
  picks: readonly Pick[],
  from: number,
): Columns {
  const times: number[] = [];
  const lines: (number | null)[][] = picks.map(() => []);
  let before = 0;
  for (const sample of samples) {
    const at = Date.parse(sample.at);
    if (at < from) continue;
    if (before > 0 && at - before > GAP_MS) {
      times.push((before + at) / 2_000);
      for (const line of lines) line.push(null);
    }
    times.push(at / 1_000);
    for (const [i, pick] of picks.entries()) lines[i]?.push(pick(sample));
    before = at;
  }
  return [times, ...lines];
}

/** The last sample of every minute: what a table of an hour can show. */
export function byMinute(samples: readonly SaleSample[], from: number): SaleSample[] {
  const minutes = new Map<number, SaleSample>();
  for (const sample of samples) {
    const at = Date.parse(sample.at);
    if (at >= from) minutes.set(Math.floor(at / 60_000), sample);
  }
  return [...minutes.values()].reverse();
}

/** Lowest and highest of a line, or `null` when it has no point. */
export function rangeOf(line: readonly (number | null)[]): { low: number; high: number } | null {
  const points = line.filter((value) => value !== null);
  if (points.length === 0) return null;
  const low = points.reduce((a, b) => Math.min(a, b));
  return { low, high: points.reduce((a, b) => Math.max(a, b)) };
}
