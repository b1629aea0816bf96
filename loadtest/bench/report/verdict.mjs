import { ratio } from './summary.mjs';

/**
 * What issue and docs ask for, and whether this run reached it. A row that was not measured is not
 * judged.
 * @typedef {{what: string, value: number, least: number, most: number, must: string, goal: string,
 *   reached: 'goal' | 'must' | 'no'}} VerdictRow
 */

/** @typedef {{what: string, bound: 'most' | 'least', must: number, goal: number, measured: {median: number, least: number, most: number} | null}} Wanted */

/**
 * @param {{played: any[], summary: any[], lane?: any, growth?: any}} results
 * @returns {VerdictRow[]}
 */
export function verdictOf({ played, summary, lane, growth }) {
  const row = (name) => summary.find((each) => each.name === name);
  const cpu = ({ cpuUs }) => cpuUs;
  const rate = ({ perSecond }) => perSecond;
  /** @type {Wanted[]} */
  const wanted = [
    atMost('CPU an attempt ÷ floor, Socket.IO', 4, 2.3, row('dropgate-socket')?.timesFloor),
    atMost('CPU an attempt ÷ floor, HTTP, result pushed', 4, 2.3, row('dropgate-http')?.timesFloor),
    atLeast('CPU, BullMQ ÷ Dropgate by HTTP', 4, 8, ratio(played, 'bullmq', 'dropgate-http', cpu)),
    atLeast(
      'attempts a second, Dropgate by HTTP ÷ Redis lock',
      20,
      50,
      ratio(played, 'dropgate-http', 'redis-lock', rate),
    ),
    atLeast('decided a second by one lane without a door', 50_000, 100_000, lane?.decidedPerSecond),
    ...grown(growth),
    ...kept(summary),
  ];
  return wanted.filter(({ measured }) => measured).map(judge);
}

function grown(growth) {
  if (!growth) return [];
  return [
    atMost('CPU an attempt, 1,000,000 in line ÷ 10,000', 1.2, 1.05, growth.line?.ratio),
    atMost('Redis bytes a waiting attempt', 300, 150, growth.line?.bytesWaiting),
    atMost('gateway bytes an idle socket', 25_000, 12_000, growth.sockets?.bytesEach),
    atMost('results to 10,000 sockets, p99 (ms)', 1_000, 300, growth.sockets?.resultP99),
  ];
}

/** Promises have no "nearly": every one of Dropgate's own runs counts. */
function kept(summary) {
  const own = summary.filter(({ name }) => name.startsWith('dropgate'));
  if (own.length === 0) return [];
  const all = own.flatMap(({ kept: each }) => Object.values(each).filter((n) => n !== null));
  const broken = all.reduce((sum, n) => sum + n, 0);
  const what = 'oversold, lost, inversions, told twice or never (all of Dropgate)';
  return [atMost(what, 0, 0, { median: broken, least: broken, most: broken })];
}

function atMost(what, must, goal, measured) {
  return { what, bound: 'most', must, goal, measured };
}

function atLeast(what, must, goal, measured) {
  return { what, bound: 'least', must, goal, measured };
}

/** @param {Wanted} wanted @returns {VerdictRow} by the median of the rounds */
export function judge({ what, bound, must, goal, measured }) {
  const { median, least, most } = measured;
  const fits = (limit) => (bound === 'most' ? median <= limit : median >= limit);
  const sign = bound === 'most' ? '≤' : '≥';
  return {
    what,
    value: median,
    least,
    most,
    must: `${sign} ${must.toLocaleString('en')}`,
    goal: `${sign} ${goal.toLocaleString('en')}`,
    reached: fits(goal) ? 'goal' : fits(must) ? 'must' : 'no',
  };
}
