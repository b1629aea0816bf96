import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect } from 'chai';
import { TAKEN_ON_A_TURN, takenOn, waitingToBeTakenOn } from '../../core/turn.js';

describe('Being taken on', () => {
  it('is for so many a turn, in the order in which they came', async () => {
    const order: number[] = [];
    const counts: number[] = [];
    const crowd = 2 * TAKEN_ON_A_TURN + 1;
    for (let i = 0; i < crowd; i += 1) takenOn().then(() => order.push(i));
    expect(waitingToBeTakenOn()).to.equal(crowd);
    while (waitingToBeTakenOn() > 0) {
      await nextTurn();
      counts.push(order.length);
    }
    expect(counts).to.deep.equal([TAKEN_ON_A_TURN, 2 * TAKEN_ON_A_TURN, crowd]);
    expect(order).to.deep.equal(Array.from({ length: crowd }, (_none, i) => i));
  });

  it('waits for nobody else', async () => {
    let taken = false;
    takenOn().then(() => {
      taken = true;
    });
    await nextTurn();
    expect(taken).to.equal(true);
    expect(waitingToBeTakenOn()).to.equal(0);
  });

  it('leaves what comes later to a later turn', async () => {
    const order: string[] = [];
    for (let i = 0; i < TAKEN_ON_A_TURN; i += 1) {
      takenOn().then(() => takenOn().then(() => order.push('again')));
    }
    takenOn().then(() => order.push('first'));
    while (waitingToBeTakenOn() > 0) await nextTurn();
    expect(order[0]).to.equal('first');
    expect(order).to.have.length(TAKEN_ON_A_TURN + 1);
  });
});
