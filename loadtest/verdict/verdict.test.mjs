import { expect } from 'chai';
import { describe, it } from 'mocha';
import { disagreements, saleMistakes } from './agreement.mjs';
import { gatherBuyers, parseDiaries } from './answers.mjs';
import { contradictions } from './contradictions.mjs';
import * as figures from './figures.mjs';
import { countInversions } from './order.mjs';

const row = (ticket, state, more = {}) => ({
  id: `a0-x-${ticket}-t`,
  ticket,
  buyerId: `b${ticket}`,
  quantity: 1,
  state,
  version: 2,
  ...more,
});

const press = (buyer, ticket, [sentAt, answeredAt], state = 'waiting', version = undefined) => ({
  buyer,
  kind: 'press',
  key: 'a',
  sentAt,
  answeredAt,
  status: 202,
  attempt: {
    id: `a0-x-${ticket}-t`,
    ticket,
    quantity: 1,
    state,
    version: version ?? (state === 'waiting' ? 1 : 2),
  },
});

const buyersOf = (...entries) => gatherBuyers([...new Set(entries.map((e) => e.buyer))], entries);

describe('the verdict of the load test', () => {
  it('counts order inversions as a comparison of all pairs does', () => {
    for (let round = 0; round < 200; round += 1) {
      const buyers = Array.from({ length: 40 }, (_, i) => {
        const clickedAt = Math.floor(Math.random() * 200);
        const acceptedAt = clickedAt + 1 + Math.floor(Math.random() * 30);
        return { id: `b${i}`, clickedAt, acceptedAt, ticket: 1 + Math.floor(Math.random() * 45) };
      });
      let expected = 0;
      for (const a of buyers) {
        for (const b of buyers) {
          if (a.acceptedAt < b.clickedAt && a.ticket > b.ticket) expected += 1;
        }
      }
      expect(countInversions(buyers)).to.equal(expected);
    }
  });

  it('does not call overlapping requests an inversion, and ignores who has no ticket', () => {
    const refused = { buyer: 'c', kind: 'press', key: 'a', sentAt: 1, answeredAt: 2, status: 410 };
    const overlapping = buyersOf(press('a', 2, [0, 10]), press('b', 1, [10, 11]), refused);
    expect(countInversions(overlapping)).to.equal(0);
    expect(countInversions(buyersOf(press('a', 2, [0, 9]), press('b', 1, [10, 11])))).to.equal(1);
  });

  it('takes sold out at the door as an answer, and overload, silence or waiting as none', () => {
    const at = { kind: 'press', key: 'a', sentAt: 1, answeredAt: 2 };
    const entries = [
      { buyer: 'door', ...at, status: 410, code: 'sold-out' },
      { buyer: 'overload', ...at, status: 503, code: 'overloaded' },
      { buyer: 'silence', ...at, status: 0 },
      press('waiting', 1, [1, 2]),
    ];
    const buyers = gatherBuyers(['door', 'overload', 'silence', 'waiting', 'absent'], entries);
    const without = figures.withoutAnswer(buyers).map(({ id }) => id);
    expect(without).to.deep.equal(['overload', 'silence', 'waiting', 'absent']);
  });

  it('finds oversold units, gaps, and tickets that were passed over', () => {
    const rows = [row(1, 'held'), row(2, 'sold-out'), row(4, 'confirmed'), row(5, 'sold-out')];
    expect(figures.unitsSold(rows)).to.equal(2);
    expect(figures.ticketGaps(rows)).to.deep.equal([3]);
    expect(figures.passedOver(rows)).to.deep.equal([2]);
    const larger = [row(1, 'sold-out', { quantity: 2 }), row(2, 'held')];
    expect(figures.passedOver(larger), 'another quantity may be passed over').to.deep.equal([]);
  });

  it('finds an attempt that is decided twice, or waiting after it was decided', () => {
    const held = press('a', 1, [1, 2], 'held');
    const twoStates = buyersOf(held, press('a', 1, [3, 4], 'sold-out'));
    const flipped = buyersOf(held, press('a', 1, [3, 4], 'sold-out', 3));
    const back = buyersOf(held, press('a', 1, [3, 4]));
    const overtaken = buyersOf(press('a', 1, [1, 3], 'held'), press('a', 1, [2, 4]));
    for (const buyers of [twoStates, flipped, back]) {
      expect(contradictions(buyers)).to.have.length(1);
    }
    expect(contradictions(overtaken), 'requests that overlapped').to.have.length(0);
  });

  it('finds a key that was accepted with two ids, and one buyer with two attempts', () => {
    const buyers = buyersOf(press('a', 1, [1, 2]), press('a', 2, [3, 4]));
    expect(figures.keysWithTwoAnswers(buyers)).to.have.length(1);
    expect(figures.withSeveralAttempts(buyers)).to.have.length(1);
  });

  it('finds where the ledger and the buyers part ways', () => {
    const buyers = buyersOf(press('b1', 1, [1, 2], 'held'), press('b2', 2, [1, 2], 'sold-out'));
    const rows = [row(1, 'held'), row(2, 'sold-out')];
    expect(disagreements(buyers, rows)).to.deep.equal([]);
    expect(disagreements(buyers, [row(1, 'sold-out'), rows[1]])).to.have.length(1);
    expect(disagreements(buyers, [rows[0]])).to.have.length(1);
    expect(disagreements(buyers, [...rows, row(3, 'held')])).to.have.length(1);
  });

  it('finds counts of the sale that do not match its attempts', () => {
    const sale = { total: 2, available: 1, held: 1, sold: 0, entered: 1 };
    expect(saleMistakes(sale, [row(1, 'held')], 2)).to.deep.equal([]);
    expect(saleMistakes({ ...sale, available: 0 }, [row(1, 'held')], 2)).to.have.length(1);
    expect(saleMistakes(null, [], 2)).to.have.length(1);
  });

  it('takes percentiles by nearest rank and survives a torn diary', () => {
    const hundred = Array.from({ length: 100 }, (_, i) => 100 - i);
    const ranks = [50, 95, 99, 100];
    expect(ranks.map((p) => figures.percentile(hundred, p))).to.deep.equal(ranks);
    expect(figures.percentile([], 50)).to.equal(null);
    expect(parseDiaries('{"a":1}\n{"b":')).to.deep.equal({ entries: [{ a: 1 }], torn: 1 });
  });
});
