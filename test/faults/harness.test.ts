import { expect } from 'chai';
import { play } from './harness/play.js';
import { scenarios } from './harness/scenarios/index.js';
import { percentile, tallyOf } from './harness/tally.js';
import { say } from './run.js';

/** Always the same here; `npm run test:faults` takes any. */
const SEED = 1;

describe('Every promise holds, in the short form of', () => {
  for (const scenario of scenarios.filter(({ inShort }) => inShort)) {
    it(`${scenario.name}: ${scenario.what}`, async function () {
      if (scenario.missing?.()) return this.skip();
      const round = await play(scenario, { seed: SEED, short: true, say });
      if (round.failure !== null) expect.fail(round.failure);
      const { acknowledged, recoveries } = tallyOf(scenario.name, [round]);
      const times = [0.5, 1].map((share) => percentile(recoveries, share) ?? '–');
      say(`${acknowledged} acknowledged; recovery p50 ${times[0]} ms, max ${times[1]} ms`);
    });
  }
});
