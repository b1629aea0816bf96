import { expect } from 'chai';
import { linePace, waitRange } from '../../../core/domain/wait-range.js';

describe('The time range that a place in line is told', () => {
  it('lies around the time that the pace of the line comes to, rounded outwards', () => {
    expect(waitRange(100, 20)).to.deep.equal({ from: 2_000, to: 15_000 });
    expect(waitRange(3_000, 50)).to.deep.equal({ from: 30_000, to: 150_000 });
    expect(waitRange(120_000, 100)).to.deep.equal({ from: 600_000, to: 2_460_000 });
  });

  it('begins now for a place that may be decided within the second', () => {
    expect(waitRange(0, 500)).to.deep.equal({ from: 0, to: 1_000 });
    expect(waitRange(400, 500)).to.deep.equal({ from: 0, to: 3_000 });
  });

  it('is unknown while the line stands still, and for a place that is none', () => {
    expect(waitRange(10, 0)).to.equal(null);
    expect(waitRange(10, Number.NaN)).to.equal(null);
    expect(waitRange(-1, 10)).to.equal(null);
  });

  it('always holds the time that an even pace would take', () => {
    for (let ahead = 0; ahead < 100_000; ahead = ahead * 3 + 1) {
      for (const perSecond of [0.2, 1, 7, 90, 4_000]) {
        const range = waitRange(ahead, perSecond);
        expect(range?.from).to.be.at.most((ahead / perSecond) * 1_000);
        expect(range?.to).to.be.above((ahead / perSecond) * 1_000);
      }
    }
  });
});

describe('The pace of a line', () => {
  const look = (at: number, serving: number) => ({ at, serving });

  it('is told by three looks, in tickets a second', () => {
    expect(linePace(look(0, 1), look(1_000, 101), look(4_000, 801))).to.equal(200);
  });

  it('is unknown while the line stands, has just begun to move, or has just stopped', () => {
    expect(linePace(look(0, 1), look(1_000, 1), look(2_000, 1))).to.equal(null);
    expect(linePace(look(0, 1), look(1_000, 1), look(2_000, 501))).to.equal(null);
    expect(linePace(look(0, 1), look(1_000, 501), look(2_000, 501))).to.equal(null);
  });
});
