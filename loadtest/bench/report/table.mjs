const REACHED = { goal: 'reached, and the goal', must: 'reached, not the goal', no: 'NOT REACHED' };

/** @param {any[]} summary @returns {string} the table for the terminal */
export function renderTable(summary) {
  const head = [
    '',
    'CPU µs an attempt',
    '× floor',
    'a second',
    'p50 ms',
    'p99 ms',
    'oversold',
    'inversions',
    'lost',
    'twice',
  ];
  const lines = summary.map((row) => [
    row.title,
    withSpread(row.cpuUs, 1),
    withSpread(row.timesFloor, 2),
    withSpread(row.perSecond, 0),
    number(row.p50?.median, 1),
    number(row.p99?.median, 1),
    ...['oversold', 'inversions', 'lost', 'twice'].map((name) => number(row.kept[name], 0)),
  ]);
  return columns([head, ...lines]);
}

/** @param {any[]} summary @returns {string} which process used it, and what the buyers took */
export function renderProcesses(summary) {
  const names = [...new Set(summary.flatMap(({ cpuUsBy }) => Object.keys(cpuUsBy)))];
  const head = [
    'CPU µs an attempt by process',
    ...names,
    'buyers',
    'buyers, of the machine',
    'a connect',
    'idle, a second',
  ];
  const lines = summary.map((row) => [
    row.title,
    ...names.map((name) => number(row.cpuUsBy[name], 1)),
    number(row.loadCpuUs?.median, 1),
    `${number(row.loadShare && row.loadShare.median * 100, 0)} %`,
    number(row.connectUs?.median, 0),
    number(row.idleUsPerSecond?.median, 0),
  ]);
  return columns([head, ...lines]);
}

/** @param {any[]} summary */
export function renderShortfalls(summary) {
  const lines = summary.filter(({ falls }) => falls).map((row) => [row.title, row.falls]);
  return lines.length === 0 ? '' : columns([['where it falls short', ''], ...lines], true);
}

/** @param {import('./verdict.mjs').VerdictRow[]} verdict */
export function renderVerdict(verdict) {
  const lines = verdict.map(({ what, value, must, goal, reached }) => [
    what,
    number(value, value < 100 ? 2 : 0),
    must,
    goal,
    REACHED[reached],
  ]);
  return columns([['must be reached', 'here', 'must', 'goal', ''], ...lines]);
}

/** @param {{median: number, least: number, most: number} | null} figures @param {number} digits */
function withSpread(figures, digits) {
  if (!figures) return '–';
  const { median, least, most } = figures;
  if (least === most) return number(median, digits);
  return `${number(median, digits)} (${number(least, digits)}–${number(most, digits)})`;
}

function number(value, digits) {
  if (value === null || value === undefined || Number.isNaN(value)) return '–';
  return value.toLocaleString('en', {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
}

/** Words to the left, figures to the right. */
export function columns(rows, allLeft = false) {
  const widths = rows[0].map((_none, at) => Math.max(...rows.map((row) => row[at].length)));
  const line = (row) =>
    row
      .map((cell, at) =>
        at === 0 || allLeft ? cell.padEnd(widths[at]) : cell.padStart(widths[at]),
      )
      .join('   ')
      .trimEnd();
  return rows.map((row) => `  ${line(row)}`).join('\n');
}
