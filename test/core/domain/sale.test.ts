import { expect } from 'chai';
import {
  isSoldOut,
  type SaleCounts,
  type SaleRecord,
  saleStateAt,
} from '../../../core/domain/sale.js';
import { configOf } from '../../support/script-lane.js';

const COUNTS: SaleCounts = {
  total: 10,
  available: 5,
  held: 5,
  sold: 0,
  entered: 5,
  serving: 6,
  waiting: 0,
  standby: 0,
};

function saleOf(
  config: Parameters<typeof configOf>[0] = {},
  more: Partial<SaleRecord> = {},
): SaleRecord {
  const record = {
    id: 's0-0000000000',
    pausedFor: null,
    closed: false,
    archived: false,
    counts: COUNTS,
  };
  return { ...record, config: configOf(config), ...more };
}

describe("A sale's state", () => {
  it('is the first that applies', () => {
    const soldOut = { ...COUNTS, available: 0, held: 10 };
    const everything = { closed: true, pausedFor: 'ops', counts: soldOut };
    const times = { opensAt: 200, closesAt: 300 };
    expect(saleStateAt(saleOf(times, everything), 100)).to.equal('closed');
    const notClosed = { ...everything, closed: false };
    expect(saleStateAt(saleOf(times, notClosed), 100)).to.equal('scheduled');
    expect(saleStateAt(saleOf(times, notClosed), 200)).to.equal('paused');
    expect(saleStateAt(saleOf(times, { counts: soldOut }), 200)).to.equal('sold-out');
    expect(saleStateAt(saleOf(times), 200)).to.equal('open');
    expect(saleStateAt(saleOf(times), 300)).to.equal('closed');
  });

  it('changes with the very millisecond of opening and closing', () => {
    const sale = saleOf({ opensAt: 200, closesAt: 300 });
    const states = [199, 200, 299, 300].map((now) => saleStateAt(sale, now));
    expect(states).to.deep.equal(['scheduled', 'open', 'open', 'closed']);
  });

  it('is open without times, however early or late', () => {
    for (const now of [0, Number.MAX_SAFE_INTEGER]) {
      expect(saleStateAt(saleOf(), now)).to.equal('open');
    }
  });

  it('is sold out exactly when nothing is available and nothing can be hoped for', () => {
    const cases: [counts: Partial<SaleCounts>, standbyLimit: number, soldOut: boolean][] = [
      [{ available: 1, held: 0 }, 0, false],
      [{ available: 0, held: 5 }, 0, true],
      [{ available: 0, held: 5, standby: 1 }, 2, false],
      [{ available: 0, held: 5, standby: 2 }, 2, true],
      [{ available: 0, held: 0, standby: 0 }, 2, true],
    ];
    for (const [counts, standbyLimit, soldOut] of cases) {
      expect(isSoldOut({ ...COUNTS, ...counts }, standbyLimit)).to.equal(soldOut);
    }
  });
});
