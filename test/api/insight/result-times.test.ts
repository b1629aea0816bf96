import { expect } from 'chai';
import { ResultTimes } from '../../../api/insight/result-times.js';
import type { SaleCounts } from '../../../core/domain/sale.js';

const SALE = 's0-aaaaaaaaaa';

describe('The time from an attempt to its result', () => {
  let now: number;
  let serving: number;
  let times: ResultTimes;

  beforeEach(() => {
    now = 1_000;
    serving = 1;
    times = new ResultTimes(
      () => serving,
      () => now,
    );
  });

  /** The feed tells at this time that all tickets below this one are decided. */
  function decidedBelow(ticket: number, at: number, saleId = SALE): void {
    now = at;
    serving = ticket;
    times.onEntry({ saleId, kind: 'decided', counts: { serving: ticket } as SaleCounts });
  }

  function measured(saleId = SALE): [count: number, longest: number | null] {
    const durations = times.ofSale(saleId);
    return [durations?.count ?? 0, durations?.percentile(1) ?? null];
  }

  it('counts each ticket of a batch once, when its decision is heard of', () => {
    times.entered(SALE, 1, 500, 1_000);
    decidedBelow(1, 1_010);
    expect(measured()).to.deep.equal([0, null]);
    decidedBelow(201, 1_050);
    expect(measured()).to.deep.equal([200, 50]);
    decidedBelow(501, 1_100);
    expect(measured()).to.deep.equal([500, 100]);
    decidedBelow(501, 9_000);
    expect(measured()).to.deep.equal([500, 100]);
  });

  it('leaves out the tickets that other gateways gave', () => {
    times.entered(SALE, 11, 20, 1_000);
    times.entered(SALE, 31, 40, 1_000);
    decidedBelow(36, 1_500);
    expect(measured()[0]).to.equal(15);
  });

  it('counts also what was decided before the batch itself was answered', () => {
    decidedBelow(8, 1_030);
    times.entered(SALE, 1, 10, 1_000);
    expect(measured()).to.deep.equal([7, 30]);
    decidedBelow(11, 1_060);
    expect(measured()).to.deep.equal([10, 60]);
  });

  it('begins anew with each slot, while the sum of all goes on', () => {
    times.entered(SALE, 1, 2, 1_000);
    decidedBelow(2, 1_100);
    times.endSlot();
    expect(measured()).to.deep.equal([0, null]);
    decidedBelow(3, 3_000);
    expect(measured()).to.deep.equal([1, 2_000]);
    expect(times.seconds).to.deep.include({ count: 2, sum: 2.1 });
    const [tenth, second, last] = [0.1, 1, 300].map(
      (le) => times.seconds.buckets.find((bucket) => bucket.le === le)?.count,
    );
    expect([tenth, second, last]).to.deep.equal([1, 1, 2]);
  });

  it('is not guessed after entries were missed', () => {
    times.entered(SALE, 1, 2, 1_000);
    times.forget();
    decidedBelow(3, 2_000);
    expect(measured()).to.deep.equal([0, null]);
    times.entered(SALE, 3, 3, 2_000);
    decidedBelow(4, 2_005);
    expect(measured()).to.deep.equal([1, 5]);
  });

  it('takes no more memory however long a line stands still', () => {
    for (let ticket = 1; ticket <= 50_000; ticket += 1) times.entered(SALE, ticket, ticket, 1_000);
    decidedBelow(50_001, 1_500);
    expect(measured()[0]).to.equal(20_000);
    times.entered(SALE, 50_001, 50_001, 1_500);
    decidedBelow(50_002, 1_600);
    expect(measured()[0]).to.equal(20_001);
  });

  it('is kept apart for at most 200 sales, and counted for all', () => {
    const sales = Array.from({ length: 300 }, (_none, i) => `s0-${String(i).padStart(10, '0')}`);
    for (const sale of sales) times.entered(sale, 1, 1, 1_000);
    for (const sale of sales) decidedBelow(2, 1_100, sale);
    expect(sales.filter((sale) => times.ofSale(sale))).to.have.lengthOf(200);
    expect(times.seconds.count).to.equal(300);
  });
});
