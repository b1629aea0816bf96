import type { Verdict } from '../checker/checker.js';
import type { Round } from './play.js';

/** Columns of the table, and the kinds of findings that each of them counts. */
const COLUMNS = {
  lost: ['lost'],
  doubled: ['doubled', 'decided twice'],
  reordered: ['order inversions', 'decided out of order'],
  oversold: ['oversold'],
  'holds ended twice': ['holds ended twice'],
  drift: ['feed, Redis and ledger differ'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type Column = keyof typeof COLUMNS | 'other findings';

/** All plays of one scenario in one run. */
export interface Tally {
  readonly name: string;
  readonly runs: number;
  readonly failed: number;
  readonly presses: number;
  readonly acknowledged: number;
  readonly found: Readonly<Record<Column, number>>;
  /** Sorted. */
  readonly recoveries: readonly number[];
  readonly expectedLoss: boolean;
  readonly notes: readonly string[];
}

export function tallyOf(name: string, rounds: readonly Round[]): Tally {
  const outcomes = rounds.flatMap(({ outcome }) => outcome ?? []);
  const verdicts = outcomes.map(({ verdict }) => verdict);
  const sum = (of: (verdict: Verdict) => number) => verdicts.reduce((all, one) => all + of(one), 0);
  const columns = Object.entries(COLUMNS) as [keyof typeof COLUMNS, readonly string[]][];
  const named: readonly string[] = Object.values(COLUMNS).flat();
  const countOf = ({ findings }: Verdict, fits: (kind: string) => boolean) =>
    Object.entries(findings).reduce((n, [kind, list]) => n + (fits(kind) ? list.length : 0), 0);
  const found = Object.fromEntries(
    columns.map(([column, kinds]) => [
      column,
      sum((one) => countOf(one, (k) => kinds.includes(k))),
    ]),
  ) as Record<Column, number>;
  found['other findings'] = sum((one) => countOf(one, (kind) => !named.includes(kind)));
  return {
    name,
    runs: rounds.length,
    failed: rounds.filter(({ failure }) => failure !== null).length,
    presses: sum(({ presses }) => presses),
    acknowledged: sum(({ acknowledged }) => acknowledged),
    found,
    recoveries: outcomes.flatMap(recoveriesOf).sort((a, b) => a - b),
    expectedLoss: outcomes.some(({ expectedLoss }) => expectedLoss),
    notes: [...new Set(outcomes.flatMap(({ note }) => note ?? []))],
  };
}

function recoveriesOf({ recoveries, recoveryMs }: NonNullable<Round['outcome']>): number[] {
  if (recoveries) return [...recoveries];
  return recoveryMs === null ? [] : [recoveryMs];
}

/** The figure below which so many of the sorted ones are; `null` when there are none. */
export function percentile(sorted: readonly number[], share: number): number | null {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null;
}
