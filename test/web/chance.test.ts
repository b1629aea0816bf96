import { expect } from 'chai';
import type { Attempt, Sale } from '../../core/contract.js';
import { chanceOf } from '../../web/client/chance.js';

interface Situation {
  readonly available?: number;
  readonly held?: number;
  readonly sold?: number;
  readonly decided?: number;
  readonly perBuyerLimit?: number;
  readonly standbyLimit?: number;
  readonly ahead: number | null;
  readonly quantity?: number;
  readonly state?: Attempt['state'];
}

function chance(situation: Situation) {
  const { available = 0, held = 0, sold = 0, decided = 0, ahead } = situation;
  const { perBuyerLimit = 1, standbyLimit = 0, quantity = 1, state = 'waiting' } = situation;
  const sale = {
    stock: { total: available + held + sold, available, held, sold },
    line: { entered: 0, decided, perSecond: 0, serving: 1 },
    perBuyerLimit,
    standbyLimit,
  } as Sale;
  return chanceOf(sale, { quantity, state } as Attempt, ahead);
}

const level = (situation: Situation) => chance(situation)?.level;

describe('The chance that a buyer is told', () => {
  it('is certain only if there is enough although everybody ahead takes all they may', () => {
    expect(level({ available: 10, ahead: 9 })).to.equal('enough');
    expect(level({ available: 9, ahead: 9 })).to.not.equal('enough');
    expect(level({ available: 20, ahead: 9, perBuyerLimit: 2, quantity: 2 })).to.equal('enough');
    expect(level({ available: 19, ahead: 9, perBuyerLimit: 2, quantity: 2 })).to.not.equal(
      'enough',
    );
  });

  it('is not certain while somebody on standby may come first', () => {
    const situation = { available: 10, held: 5, perBuyerLimit: 3, ahead: 0 };
    expect(level({ ...situation, standbyLimit: 0 })).to.equal('enough');
    expect(level({ ...situation, standbyLimit: 9 })).to.equal('likely');
  });

  it('goes by what buyers took so far when the limit says too little', () => {
    const sale = { available: 100, held: 100, decided: 100, perBuyerLimit: 5 };
    expect(level({ ...sale, ahead: 60 })).to.equal('likely');
    expect(level({ ...sale, ahead: 95 })).to.equal('close');
    // By then 200 are held or sold; of those not sold yet 31 would have to come back.
    expect(chance({ ...sale, ahead: 130 })).to.deep.equal({ level: 'returns', needsBack: 31 });
    expect(level({ ...sale, ahead: 260 })).to.equal('unlikely');
  });

  it('is small when nothing that is left can come back', () => {
    expect(level({ available: 0, held: 0, sold: 50, decided: 50, ahead: 0 })).to.equal('unlikely');
  });

  it('on standby tells how many have to come back', () => {
    const standby = { state: 'standby', sold: 90, standbyLimit: 50, decided: 120 } as const;
    expect(chance({ ...standby, held: 10, ahead: 0 })).to.deep.equal({
      level: 'returns',
      needsBack: 1,
    });
    expect(chance({ ...standby, held: 10, ahead: 7 })).to.deep.equal({
      level: 'unlikely',
      needsBack: 8,
    });
  });

  it('is told to nobody who is not in line', () => {
    for (const state of ['held', 'confirmed', 'expired', 'sold-out'] as const) {
      expect(chance({ available: 5, ahead: null, state })).to.equal(null);
    }
  });
});
