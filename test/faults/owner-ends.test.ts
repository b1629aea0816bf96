import { expect } from 'chai';
import { System } from '../support/system.js';
import { firstDecisionAbove, Run, sayFigures } from './run.js';

const HANDOVERS = 4;
const KILLS = 5;

interface Handover {
  /** From the signal to the first decision of the next owner. */
  readonly takeover: number;
  /** Between two decisions. */
  readonly pause: number;
}

/** Ends the lane's owner while attempts wait, and starts a worker in its place. */
async function endOwner(run: Run, signal: 'SIGTERM' | 'SIGKILL'): Promise<Handover> {
  await run.crowd.untilMore(40);
  const owner = await run.owner();
  const token = await run.token();
  const from = run.feed.entries.length;
  await run.untilLineNotEmpty();
  const ended = Date.now();
  const gone = owner.end(signal);
  const first = await firstDecisionAbove(run, token, from);
  await Promise.all([gone, run.system.startWorker()]);
  return { takeover: first.time - ended, pause: run.pauseBefore(first) };
}

describe('A lane whose owner ends under load', () => {
  let system: System;

  before(async () => {
    // One lane: with more, its owner may give it away for a fair share just before it is struck.
    system = await System.start({ gateways: 2, workers: 2, lanes: 1 });
  });

  after(() => system.stop());

  it('moves by SIGTERM with no attempt lost, none decided twice and hardly a pause', async () => {
    const run = await Run.begin(system);
    const pauses: number[] = [];
    for (let time = 0; time < HANDOVERS; time += 1) {
      pauses.push((await endOwner(run, 'SIGTERM')).pause);
    }
    sayFigures('pause between decisions', pauses);
    await run.expectWhole();
  });

  it('is taken over after kill -9, and order and counts hold', async () => {
    const run = await Run.begin(system);
    const takeovers: number[] = [];
    for (let time = 0; time < KILLS; time += 1) {
      takeovers.push((await endOwner(run, 'SIGKILL')).takeover);
    }
    sayFigures('takeover, from the kill to the first decision', takeovers);
    await run.expectWhole();
    expect(Math.max(...takeovers)).to.be.lessThan(10_000);
  });
});
