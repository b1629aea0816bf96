import { type Column, percentile, type Tally } from './tally.js';

const FOUND: readonly Column[] = [
  'lost',
  'doubled',
  'reordered',
  'oversold',
  'holds ended twice',
  'drift',
  'other findings',
];

/** The figures of a run as a table in markdown, one row a fault and a last one for all. */
export function tableOf(tallies: readonly Tally[]): string {
  const head = [
    ...['fault', 'runs', 'failed', 'acknowledged', ...FOUND],
    'recovery ms p50 / p99 / max (times)',
  ];
  const rows = tallies.map((tally) => [
    tally.expectedLoss ? `${tally.name} (loss expected)` : tally.name,
    ...[tally.runs, tally.failed, tally.acknowledged].map(String),
    ...FOUND.map((column) => String(tally.found[column])),
    recoveryOf(tally.recoveries),
  ]);
  return [head, head.map(() => '---'), ...rows, totalOf(tallies)]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}

/** What must not be lost was lost by nobody: scenarios in which it may be are left out. */
function totalOf(tallies: readonly Tally[]): string[] {
  const strict = tallies.filter(({ expectedLoss }) => !expectedLoss);
  const sum = (of: (tally: Tally) => number) =>
    String(strict.reduce((all, tally) => all + of(tally), 0));
  return [
    strict.length < tallies.length ? 'all where nothing may be lost' : 'all',
    ...[sum(({ runs }) => runs), sum(({ failed }) => failed), sum((one) => one.acknowledged)],
    ...FOUND.map((column) => sum(({ found }) => found[column])),
    '',
  ];
}

function recoveryOf(sorted: readonly number[]): string {
  if (sorted.length === 0) return '–';
  const figures = [0.5, 0.99, 1].map((share) => percentile(sorted, share));
  return `${figures.join(' / ')} (${sorted.length})`;
}
