import { expect } from 'chai';
import { warningDue } from '../../web/buyers/sale/deadline-warnings.js';

const TEN_MINUTES = 600_000;

/** Everything that is said while a hold runs out, looked at every `everyMs`. */
function warningsOf(holdMs: number, everyMs: number): number[] {
  const said: number[] = [];
  for (let left = holdMs; left > -2_000; left -= everyMs) {
    const warning = warningDue(left + everyMs, left, holdMs);
    if (warning !== null) said.push(warning);
  }
  return said;
}

describe('The warnings before a deadline', () => {
  it('come at 5 minutes, 1 minute, 30 and 10 seconds, each once', () => {
    expect(warningsOf(TEN_MINUTES, 250)).to.deep.equal([300_000, 60_000, 30_000, 10_000]);
  });

  it('that a short hold has no room for are left out', () => {
    expect(warningsOf(60_000, 250)).to.deep.equal([30_000, 10_000]);
    expect(warningsOf(30_000, 250)).to.deep.equal([10_000]);
    expect(warningsOf(10_000, 250)).to.deep.equal([]);
  });

  it('that were slept through are said as one, the nearest', () => {
    expect(warningDue(TEN_MINUTES, 25_000, TEN_MINUTES)).to.equal(30_000);
  });

  it('are not said of a hold that is over', () => {
    expect(warningDue(20_000, -1, TEN_MINUTES)).to.equal(null);
  });
});
