import { expect } from 'chai';
import { outcomeOf, stepsOf } from '../../../core/domain/attempt-story.js';
import { SaleTally, type TalliedAttempt } from '../../../core/domain/sale-tally.js';

function attempt(fields: Partial<TalliedAttempt>): TalliedAttempt {
  const { heldAt = null } = fields;
  return {
    ...{ ticket: 1, state: 'waiting', quantity: 1, enteredAt: 1_000, changedAt: 1_000 },
    ...{ standbyAt: null, heldAt, wasHeld: heldAt !== null },
    ...fields,
  };
}

function tallied(...all: TalliedAttempt[]): SaleTally {
  const tally = new SaleTally();
  for (const one of all) tally.add(one);
  return tally;
}

describe('What a sale came to', () => {
  it('counts how long everybody waited for the first decision, and nobody who left before', () => {
    const { waiting } = tallied(
      attempt({ state: 'confirmed', heldAt: 1_010, changedAt: 5_000 }),
      attempt({ state: 'held', standbyAt: 1_020, heldAt: 9_000, changedAt: 9_000 }),
      attempt({ state: 'sold-out', changedAt: 1_030 }),
      attempt({ state: 'rejected', changedAt: 1_040 }),
      attempt({ state: 'released', changedAt: 7_777 }),
      attempt({ state: 'waiting' }),
    );
    expect([waiting.count, waiting.percentile(1)]).to.deep.equal([4, 40]);
  });

  it('counts from the hold to its confirmation', () => {
    const { confirming } = tallied(
      attempt({ state: 'confirmed', heldAt: 2_000, changedAt: 62_000 }),
      attempt({ state: 'expired', heldAt: 2_000, changedAt: 99_000 }),
    );
    expect([confirming.count, confirming.percentile(1)]).to.deep.equal([1, 60_000]);
  });

  it('counts attempts and units as far as they came', () => {
    const { entered, held, confirmed } = tallied(
      attempt({ state: 'confirmed', heldAt: 2_000, quantity: 3 }),
      attempt({ state: 'released', heldAt: 2_000, quantity: 2 }),
      attempt({ state: 'sold-out', quantity: 5 }),
    );
    expect({ ...entered }).to.deep.equal({ attempts: 3, units: 10 });
    expect({ ...held }).to.deep.equal({ attempts: 2, units: 5 });
    expect({ ...confirmed }).to.deep.equal({ attempts: 1, units: 3 });
  });

  it('counts what became of those who stood by', () => {
    const { standby } = tallied(
      attempt({ state: 'confirmed', standbyAt: 2_000, heldAt: 3_000 }),
      attempt({ state: 'sold-out', standbyAt: 2_000 }),
      attempt({ state: 'released', standbyAt: 2_000 }),
      attempt({ state: 'standby', standbyAt: 2_000 }),
    );
    expect(standby).to.deep.equal({ entered: 4, held: 1, missed: 2 });
  });

  it('knows when the line got its last hold: what came back to standby is not of the line', () => {
    const { lastHeldFromLineAt } = tallied(
      attempt({ state: 'held', heldAt: 2_000 }),
      attempt({ state: 'held', heldAt: 2_500 }),
      attempt({ state: 'held', standbyAt: 2_600, heldAt: 9_000 }),
    );
    expect(lastHeldFromLineAt).to.equal(2_500);
  });

  it('says of attempts that are older than these times only what is known', () => {
    const old = attempt({ state: 'confirmed', wasHeld: true, changedAt: 60_000 });
    const { waiting, confirming, held, promise } = tallied(old);
    expect([waiting.count, confirming.count, held.attempts]).to.deep.equal([0, 0, 1]);
    expect(promise.made).to.equal(0);
    expect(stepsOf(old).map(({ state }) => state)).to.deep.equal(['waiting', 'confirmed']);
    expect(outcomeOf({ ...old, state: 'released' })).to.equal('released-hold');
  });
});

describe('The story of an attempt', () => {
  it('has every state once, the last one at its last change', () => {
    expect(stepsOf(attempt({}))).to.deep.equal([{ state: 'waiting', at: 1_000 }]);
    const held = attempt({ state: 'held', heldAt: 2_000, changedAt: 2_500 });
    expect(stepsOf(held)).to.deep.equal([
      { state: 'waiting', at: 1_000 },
      { state: 'held', at: 2_000 },
    ]);
    expect(stepsOf({ ...held, state: 'expired', standbyAt: 1_500 })).to.deep.equal([
      { state: 'waiting', at: 1_000 },
      { state: 'standby', at: 1_500 },
      { state: 'held', at: 2_000 },
      { state: 'expired', at: 2_500 },
    ]);
  });

  it('tells a place in line that was given up from a hold that was', () => {
    expect(outcomeOf(attempt({ state: 'released' }))).to.equal('released-in-line');
    expect(outcomeOf(attempt({ state: 'released', heldAt: 2_000 }))).to.equal('released-hold');
    expect(outcomeOf(attempt({ state: 'waiting' }))).to.equal('waiting');
  });
});
