import { expect } from 'chai';
import type { SaleSample } from '../../core/contract.js';
import { byMinute, columnsOf, rangeOf } from '../../web/ops/sale/chart-data.js';

const SLOT_MS = 10_000;

/** A sample so many slots after the epoch of this test, with so much sold. */
function sample(slot: number, sold: number): SaleSample {
  return {
    at: new Date(slot * SLOT_MS).toISOString(),
    ...{ total: 10, available: 10 - sold, held: 0, sold, entered: 0, waiting: 0, standby: 0 },
    ...{ decidedPerSecond: 0, resultMs: null, sockets: 0, watchers: 0, shedShare: 0 },
    ...{ refused: 0, loopDelayMs: 0, ledgerLag: 0 },
  };
}

const sold = ({ sold: n }: SaleSample) => n;

describe('The data of a chart', () => {
  it('has a column of times and one for each line', () => {
    const columns = columnsOf([sample(1, 0), sample(2, 3)], [sold, () => null], 0);
    expect(columns).to.deep.equal([
      [10, 20],
      [0, 3],
      [null, null],
    ]);
  });

  it('leaves a gap where samples are missing, and draws no line over it', () => {
    const columns = columnsOf([sample(1, 1), sample(2, 2), sample(8, 4)], [sold], 0);
    expect(columns).to.deep.equal([
      [10, 20, 50, 80],
      [1, 2, null, 4],
    ]);
  });

  it('begins where the time shown begins', () => {
    expect(columnsOf([sample(1, 1), sample(2, 2)], [sold], 15_000)).to.deep.equal([[20], [2]]);
    expect(columnsOf([], [sold], 0)).to.deep.equal([[], []]);
  });

  it('is told in a table by the last sample of each minute, newest first', () => {
    const samples = [0, 1, 5, 6, 7, 13].map((slot) => sample(slot, slot));
    expect(byMinute(samples, 0).map(sold)).to.deep.equal([13, 7, 5]);
    expect(byMinute(samples, 65_000).map(sold)).to.deep.equal([13, 7]);
  });

  it('is told in words by its lowest and highest point', () => {
    expect(rangeOf([3, null, 1, 2])).to.deep.equal({ low: 1, high: 3 });
    expect(rangeOf([null, null])).to.equal(null);
    expect(rangeOf([])).to.equal(null);
  });
});
