import { expect } from 'chai';
import { describe, it } from 'mocha';
import { gatherBuyers } from './answers.mjs';
import { contradictions, WHOLE_LIFE } from './contradictions.mjs';
import * as holds from './holds.mjs';
import * as shop from './orders.mjs';

const SECOND = 1_000_000;

/** One buyer's looks at an attempt: `[time, state, version, holdExpiresAt]`, each a tick long. */
const looks = (buyer, ticket, ...seen) =>
  seen.map(([time, state, version, holdExpiresAt = null]) => ({
    buyer,
    kind: 'ask',
    sentAt: time,
    answeredAt: time + 1,
    status: 200,
    attempt: { id: `a-${ticket}`, ticket, quantity: 1, state, version, holdExpiresAt },
  }));

const gather = (...lists) => {
  const entries = lists.flat();
  return gatherBuyers([...new Set(entries.map(({ buyer }) => buyer))], entries);
};

const line = (attemptId, productId = 'p') => ({ productId, attemptId, quantity: 1 });
const order = (id, lines, state = 'placed') => ({ id, buyerId: 'b1', state, lines });
const row = (state, orderId, version = 3) => {
  return { id: 'a-1', buyerId: 'b1', state, orderId, version };
};

describe('the verdict on whole lives', () => {
  it('takes standby and a hold for no final answer, and the end of a hold for one', () => {
    const buyers = gather(
      looks('standing', 1, [1, 'standby', 2]),
      looks('holding', 2, [1, 'standby', 2], [2, 'held', 3]),
      looks('done', 3, [1, 'held', 2], [2, 'expired', 3]),
    );
    expect(holds.withoutFinalAnswer(buyers).map(({ id }) => id)).to.eql(['standing', 'holding']);
    expect(contradictions(buyers, WHOLE_LIFE)).to.eql([]);
    const twice = gather(looks('b', 1, [1, 'held', 2], [2, 'expired', 3], [4, 'confirmed', 4]));
    expect(contradictions(twice, WHOLE_LIFE)).to.have.length(1);
  });

  it('counts what was surely held at one moment', () => {
    const first = looks('a', 1, [1, 'held', 2], [10, 'held', 2], [20, 'released', 3]);
    const during = looks('b', 2, [5, 'held', 2], [6, 'confirmed', 3]);
    const after = looks('b', 2, [12, 'held', 2], [13, 'confirmed', 3]);
    expect(holds.mostAtOnce(gather(first, during))).to.equal(2);
    expect(holds.mostAtOnce(gather(first, after))).to.equal(1);
  });

  it('finds who was passed over in standby, by time, by deadline and by the end', () => {
    const higher = looks('high', 2, [10, 'held', 3, 'T15']);
    const inOrder = looks('low', 1, [9, 'standby', 2], [12, 'held', 3, 'T14']);
    expect(holds.passedOverInStandby(gather(higher, inOrder))).to.eql([]);
    const wrong = [
      looks('low', 1, [12, 'standby', 2]),
      looks('low', 1, [9, 'standby', 2], [12, 'held', 3, 'T16']),
      looks('low', 1, [9, 'standby', 2], [12, 'sold-out', 3]),
    ];
    for (const low of wrong) {
      expect(holds.passedOverInStandby(gather(higher, low))).to.have.length(1);
    }
  });

  it('finds holds that ended too soon, against the wish, or twice', () => {
    const ends = (time) => gather(looks('b1', 1, [0, 'waiting', 1], [time, 'expired', 3]));
    expect(holds.endedTooSoon(ends(5 * SECOND), 5)).to.eql([]);
    expect(holds.endedTooSoon(ends(4 * SECOND), 5)).to.have.length(1);
    const payer = ends(5 * SECOND);
    expect(holds.endedWrongly(payer, [row('confirmed', 'o')])).to.eql([]);
    expect(holds.endedWrongly(payer, [row('released', null)])).to.have.length(1);
    expect(holds.endedWrongly(payer, [row('confirmed', 'o', 5)])).to.have.length(1);
  });

  it('finds confirmed attempts that are in no order, in two, or in another one', () => {
    const one = order('o1', [line('a-1')]);
    expect(shop.orderMistakes([row('confirmed', 'o1')], [one])).to.eql([]);
    const cancelled = order('o2', [line('a-1')], 'cancelled');
    expect(shop.orderMistakes([row('confirmed', 'o1')], [one, cancelled])).to.eql([]);
    for (const [its, orders] of [
      [row('confirmed', 'o1'), []],
      [row('confirmed', 'o1'), [one, order('o2', [line('a-1')])]],
      [row('confirmed', 'o2'), [one]],
      [row('expired', null), [one]],
    ]) {
      expect(shop.orderMistakes([its], orders)).to.have.length(1);
    }
  });

  it('finds shelves that do not add up, and orders that differ from what was told', () => {
    const placed = [order('o1', [line('a-1'), line(null, 'g')])];
    const goods = [{ id: 'g', stock: 2 }];
    expect(shop.shelfMistakes(goods, [{ id: 'g', available: 1 }], placed)).to.eql([]);
    expect(shop.shelfMistakes(goods, [{ id: 'g', available: 2 }], placed)).to.have.length(1);
    const told = { kind: 'order', buyer: 'b1', key: 'k', status: 201, order: placed[0] };
    expect(shop.orderDisagreements([told], placed)).to.eql([]);
    expect(shop.orderDisagreements([], placed)).to.have.length(1);
    const other = { ...told, order: order('o1', [line('a-1')]) };
    expect(shop.orderDisagreements([other], placed)).to.have.length(1);
    expect(shop.keysWithTwoOrders([told, { ...told, order: order('o9', []) }])).to.eql(['k']);
  });
});
