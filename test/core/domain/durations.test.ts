import { expect } from 'chai';
import { Durations } from '../../../core/domain/durations.js';

function of(...all: number[]): Durations {
  const durations = new Durations();
  for (const ms of all) durations.add(ms);
  return durations;
}

describe('Durations', () => {
  it('have percentiles that are at most 5 % and a millisecond too high, and never too low', () => {
    const sorted = Array.from({ length: 5_000 }, (_none, i) => Math.floor(1.0017 ** i + i / 7));
    const durations = of(...sorted);
    for (const share of [0.01, 0.25, 0.5, 0.9, 0.95, 0.99, 1]) {
      const exact = sorted[Math.ceil(share * sorted.length) - 1] as number;
      const told = durations.percentile(share) as number;
      expect(told, `${share}`).to.be.within(exact, exact * 1.05 + 1);
    }
  });

  it('have none while there are none', () => {
    const { count, p50, p95, p99, max, buckets } = of().summary();
    expect({ count, p50, p95, p99, max }).to.deep.equal({
      ...{ count: 0, p50: null, p95: null, p99: null, max: null },
    });
    expect(buckets.every((bucket) => bucket.count === 0)).to.equal(true);
  });

  it('are shown in steps that hold each of them once', () => {
    const { max, count, buckets } = of(-5, 0, 100, 101, 3_600_000, 3_600_001).summary();
    const filled = buckets.filter((bucket) => bucket.count > 0);
    expect(filled).to.deep.equal([
      { upToMs: 100, count: 3 },
      { upToMs: 250, count: 1 },
      { upToMs: 3_600_000, count: 1 },
      { upToMs: null, count: 1 },
    ]);
    expect([count, max]).to.deep.equal([6, 3_600_001]);
  });

  it('never tell of a longer one than there was', () => {
    const { p50, p99, max } = of(1_000).summary();
    expect([p50, p99, max]).to.deep.equal([1_000, 1_000, 1_000]);
  });

  it('of several gateways have the percentiles of all together', () => {
    const [ours, theirs, all] = [of(1, 20, 300), of(4_000, 50_000), of(1, 20, 300, 4_000, 50_000)];
    const sum = new Durations();
    for (const part of [ours, theirs]) sum.merge(JSON.parse(JSON.stringify(part.toCounts())));
    for (const share of [0.2, 0.4, 0.5, 0.6, 0.8, 1]) {
      expect(sum.percentile(share)).to.equal(all.percentile(share));
    }
    expect(sum.count).to.equal(5);
  });

  it('count with a weight as so many of the same', () => {
    const weighted = new Durations();
    weighted.add(70, 3);
    weighted.add(9, 2);
    expect(weighted.summary()).to.deep.equal(of(70, 9, 70, 9, 70).summary());
  });
});
