import { expect } from 'chai';
import { describe, it } from 'mocha';
import { Attempts } from './load/attempts.mjs';
import { longest, renderBars } from './report/bars.mjs';
import { niceAbove, renderCurves } from './report/curves.mjs';
import { spread } from './report/spread.mjs';
import { ratio, summarize } from './report/summary.mjs';
import { judge, verdictOf } from './report/verdict.mjs';
import { kept, together } from './round.mjs';

const CONTENDERS = ['node-http', 'dropgate-http', 'dropgate-socket', 'bullmq', 'redis-lock'].map(
  (name) => ({ name, title: name, falls: '' }),
);
const CLEAN = { oversold: 0, inversions: 0, lost: 0, twice: 0, untold: 0 };

const figures = (round, contender, cpuUs, perSecond, more = {}) => ({
  round,
  contender,
  attempts: 100,
  cpuUs,
  cpuUsBy: { gateway: cpuUs * 0.75, redis: cpuUs * 0.25 },
  perSecond,
  clickToResult: { p50: 2, p99: 9, max: 10 },
  drainMs: 5,
  connecting: null,
  loadCpuUs: 10,
  loadShare: 0.1,
  kept: CLEAN,
  rush: CLEAN,
  ...more,
});

/** The machine is half as fast in the second round. */
const TWO_ROUNDS = [1, 2].flatMap((round) => [
  figures(round, 'node-http', 30 * round, 20_000 / round),
  figures(round, 'dropgate-http', 90 * round, 10_000 / round),
  figures(round, 'dropgate-socket', 66 * round, 12_000 / round),
  figures(round, 'bullmq', 450 * round, 2_000 / round),
  figures(round, 'redis-lock', 2_000 * round, 100 / round),
]);

const verdictIn = (played, more = {}) => {
  const summary = summarize(played, CONTENDERS);
  return verdictOf({ played, summary, ...more });
};

describe('the report of the bench', () => {
  it('takes the middle of the rounds, and their least and most', () => {
    expect(spread([3, 1, 2])).to.include({ median: 2, least: 1, most: 3 });
    expect(spread([4, 1, 2, 3])).to.include({ median: 2.5, least: 1, most: 4 });
    expect(spread([null, 5, Number.NaN])).to.include({ median: 5, least: 5, most: 5 });
    expect(spread([null])).to.equal(null);
  });

  it('compares contenders of one round only, so that a slow round changes no ratio', () => {
    const [row] = summarize(TWO_ROUNDS, CONTENDERS).filter(({ name }) => name === 'dropgate-http');
    expect(row.cpuUs).to.include({ median: 135, least: 90, most: 180 });
    expect(row.timesFloor).to.include({ median: 3, least: 3, most: 3 });
    const paired = [figures(3, 'dropgate-http', 90, 1, { timesFloor: 2.25 })];
    const [beside] = summarize([...TWO_ROUNDS, ...paired], CONTENDERS).slice(1);
    expect(beside.timesFloor.values).to.deep.equal([3, 3, 2.25]);
    const rate = ratio(TWO_ROUNDS, 'dropgate-http', 'redis-lock', (one) => one.perSecond);
    expect(rate).to.include({ median: 100, least: 100, most: 100 });
    expect(ratio(TWO_ROUNDS, 'dropgate-http', 'for-update', (one) => one.perSecond)).to.equal(null);
  });

  it('adds stretches up by their attempts, and tells the worst that befell anybody', () => {
    const times = (p99) => ({ p50: p99 / 2, p99, max: p99 });
    const stretch = (attempts, cpuUs, p99, more = {}) => ({
      ...figures(1, 'x', cpuUs, 1_000),
      attempts,
      elapsedMs: attempts,
      clickToAnswer: times(p99),
      clickToResult: times(p99),
      kept: { ...CLEAN, ...more },
    });
    const all = together([stretch(300, 100, 50), stretch(100, 200, 90, { lost: 1 })]);
    expect(all).to.include({ attempts: 400, cpuUs: 125, perSecond: 1_000, elapsedMs: 400 });
    expect(all.cpuUsBy).to.deep.equal({ gateway: 93.75, redis: 31.25 });
    expect(all.clickToResult).to.deep.equal({ p50: 30, p99: 90, max: 90 });
    expect(all.kept).to.include({ lost: 1, oversold: 0 });
    const told = { p50: null, p99: null, max: null };
    const untold = { ...stretch(10, 1, 1), clickToResult: told };
    expect(together([untold, untold]).clickToResult).to.deep.equal(told);
  });

  it('judges each row by its own bound, on the bound itself too', () => {
    const at = (bound, median) =>
      judge({ what: '', bound, must: 4, goal: 2, measured: { median, least: 0, most: 9 } }).reached;
    expect([2, 2.01, 4, 4.01].map((value) => at('most', value))).to.deep.equal([
      'goal',
      'must',
      'must',
      'no',
    ]);
    const least = (median) =>
      judge({
        what: '',
        bound: 'least',
        must: 4,
        goal: 8,
        measured: { median, least: 0, most: 9 },
      });
    expect([8, 7.99, 4, 3.99].map((value) => least(value).reached)).to.deep.equal([
      'goal',
      'must',
      'must',
      'no',
    ]);
  });

  it('judges what was measured and nothing else', () => {
    const rows = verdictIn(TWO_ROUNDS).map(({ what, reached }) => `${reached}: ${what}`);
    expect(rows).to.deep.equal([
      'goal: CPU an attempt ÷ floor, Socket.IO',
      'must: CPU an attempt ÷ floor, HTTP, result pushed',
      'must: CPU, BullMQ ÷ Dropgate by HTTP',
      'goal: attempts a second, Dropgate by HTTP ÷ Redis lock',
      'goal: oversold, lost, inversions, told twice or never (all of Dropgate)',
    ]);
    const alone = TWO_ROUNDS.filter(({ contender }) => contender === 'bullmq');
    expect(verdictIn(alone)).to.deep.equal([]);
    const lane = { decidedPerSecond: spread([49_999]) };
    expect(verdictIn(alone, { lane })[0]).to.include({ value: 49_999, reached: 'no' });
  });

  for (const promise of Object.keys(CLEAN)) {
    it(`does not let one ${promise} pass, in a rush either, and counts only Dropgate's own`, () => {
      const broken = { ...CLEAN, [promise]: 1 };
      const rush = [...TWO_ROUNDS, figures(3, 'dropgate-http', 90, 10_000, { rush: broken })];
      expect(verdictIn(rush).at(-1)).to.include({ value: 1, reached: 'no' });
      const other = [...TWO_ROUNDS, figures(3, 'bullmq', 450, 2_000, { kept: broken })];
      expect(verdictIn(other).at(-1)).to.include({ value: 0, reached: 'goal' });
    });
  }

  it('finds in the buyers’ log who was told late, twice, never or out of order', () => {
    const log = new Attempts({ saleIds: ['s0-a', 's0-b'], buyers: 3, count: 6 });
    const press = (i, ticket, sentAt, answeredAt) => {
      log.sentAt[i] = sentAt;
      log.answered(i, 202, { saleId: log.saleOf(i), ticket, state: 'waiting' });
      log.answeredAt[i] = answeredAt;
    };
    press(0, 2, 0, 1);
    press(1, 1, 5, 6);
    press(2, 3, 5, 7);
    press(3, 7, 8, 9);
    press(4, 7, 8, 9);
    press(5, 9, 8, 9);
    for (const i of [0, 1, 2, 3, 4]) {
      log.pushed(log.buyerOf(i), { saleId: log.saleOf(i), ticket: log.ticket[i], state: 'held' });
    }
    log.pushed(0, { saleId: 's0-a', ticket: 2, state: 'sold-out' });
    log.pushed(1, { saleId: 's0-other', ticket: 1, state: 'held' });
    const told = log.summary();
    expect(told).to.include({ inversions: 1, ticketsTwice: 1, toldTwoThings: 1, decided: 5 });
    expect(told.states).to.deep.equal({ held: 5, none: 1 });
    const record = { decided: 5, twice: 0, soldEach: [4, 3] };
    expect(kept(told, record, 3)).to.deep.equal({
      oversold: 1,
      inversions: 1,
      lost: 1,
      twice: 2,
      untold: 1,
    });
  });

  it('draws each contender with its figure, for those too who do not see the picture', () => {
    const summary = summarize(TWO_ROUNDS, CONTENDERS);
    const svg = renderBars(summary, { title: 'A < B', note: 'here & now' });
    expect(svg).to.match(/^<svg [^>]*role="img"[^>]*aria-labelledby="title desc"/);
    expect(svg).to.contain('<title id="title">A &lt; B</title>');
    expect(svg).to.contain('dropgate-http 135 µs');
    expect(svg).to.contain('here &amp; now');
    expect(svg.match(/<rect x="230[.0]*"/g)).to.have.lengthOf(CONTENDERS.length + 1);
  });

  it('cuts a bar short only when it would make all others unseen, and keeps its figure', () => {
    expect([longest([5, 10, 25]), longest([5, 10, 26]), longest([7])]).to.deep.equal([25, 12.5, 7]);
    const summary = summarize(TWO_ROUNDS, CONTENDERS);
    const svg = renderBars(summary, { title: '', note: '' });
    expect(svg.match(/<path /g)).to.have.lengthOf(1);
    expect(svg).to.contain('>3000 µs, 66.7 × floor');
  });

  for (const mixed of [false, true]) {
    it(`lets every buyer enter every sale once, ${mixed ? 'all sales in turn' : 'sale by sale'}`, () => {
      const plan = { saleIds: ['s0-a', 's0-b', 's0-c'], buyers: 4, count: 12, mixed };
      const log = new Attempts(plan);
      const pairs = Array.from({ length: 12 }, (_none, i) => `${log.saleOf(i)} ${log.buyerOf(i)}`);
      expect(new Set(pairs).size).to.equal(12);
      expect(log.saleOf(1)).to.equal(mixed ? 's0-b' : 's0-a');
      for (let i = 0; i < 12; i += 1) {
        log.pushed(log.buyerOf(i), { saleId: log.saleOf(i), ticket: 5, state: 'held' });
        expect(log.state.filter((state) => state !== null)).to.have.lengthOf(i + 1);
        expect(log.state[i]).to.equal('held');
      }
    });
  }

  it('draws curves up to a round number, for those too who do not see the picture', () => {
    expect([0.7, 1, 1.1, 30, 81, 900].map(niceAbove)).to.deep.equal([0.8, 1, 2, 40, 100, 1_000]);
    const svg = renderCurves({
      title: 'Cost',
      x: 'in line',
      unit: 'µs',
      series: { all: 'all', part: 'Redis' },
      points: [
        { length: 10, all: 100, part: 50 },
        { length: 1_000, all: 200, part: null },
      ],
    });
    expect(svg).to.contain(
      '<desc id="desc">µs, by in line. 10: all 100, Redis 50; 1000: all 200, Redis –.</desc>',
    );
    expect(svg).to.contain('<polyline points="80.0,200.0 600.0,60.0"');
  });
});
