import { AssertionError } from 'chai';
import fc from 'fast-check';
import { ScriptLane } from '../support/script-lane.js';
import { Beside } from './beside.js';
import { commands, configFrom, SEEDED, settings } from './commands.js';

/** Steps of one run, at most; the runs of a test; where their randomness begins. */
const STEPS = 60;
const RUNS = Number(process.env.RUNS ?? 100);
const SEED = Number(process.env.SEED ?? Math.trunc(Math.random() * 2 ** 31));

const setup = fc.record({
  stocks: fc.tuple(fc.nat(4), fc.nat(3)),
  settings: fc.tuple(settings, settings),
});

function said(error: unknown): string[] {
  if (!(error instanceof AssertionError)) return [String(error)];
  const { message, actual, expected } = error as unknown as Error & Record<string, unknown>;
  return [
    message,
    `the scripts: ${JSON.stringify(actual)}`,
    `the model: ${JSON.stringify(expected)}`,
  ];
}

/** What failed, shrunk, and the command that shows it again. */
function report<T>({ numRuns, numShrinks, counterexample, errorInstance }: fc.RunDetails<T>) {
  return [
    `run ${numRuns} of ${RUNS}, shrunk ${numShrinks} times to`,
    fc.stringify(counterexample),
    ...said(errorInstance),
    `Repeat: SEED=${SEED} RUNS=${RUNS} npm test -- test/model/lane.test.ts`,
  ].join('\n');
}

describe('The scripts beside the model', () => {
  let real: ScriptLane;

  before(async () => {
    real = await ScriptLane.open();
  });

  after(() => real.close());

  it('answer, feed and records are the same after whatever happens in whatever order', async () => {
    let steps = 0;
    const property = fc.asyncProperty(setup, commands(STEPS), async (drawn, whatHappens) => {
      const beside = await Beside.begin(real);
      for (const [i, id] of SEEDED.entries()) {
        const config = configFrom(drawn.settings[i as 0 | 1], 1, beside.lane.now);
        await beside.seed(id, config, drawn.stocks[i as 0 | 1]);
      }
      await fc.asyncModelRun(async () => ({ model: beside, real: beside }), whatHappens);
      await beside.finish();
      steps += beside.steps;
    });
    const details = await fc.check(property, { numRuns: RUNS, seed: SEED });
    if (details.failed) throw new Error(report(details));
    console.log(`        seed ${SEED}: ${details.numRuns} runs, ${steps} steps`);
  }).timeout(600_000 + RUNS * 1_000);
});
