import { expect } from 'chai';
import { System } from '../support/system.js';
import { Run, say } from './run.js';

describe('A gateway that is killed under load', () => {
  let system: System;

  before(async () => {
    system = await System.start({ gateways: 2, workers: 2 });
  });

  after(() => system.stop());

  it('takes no attempt with it: its buyers go on with the same key at the other', async () => {
    const run = await Run.begin(system, { atOnce: 24, thinkMs: 20 });
    await run.crowd.untilMore(200);
    await run.untilLineNotEmpty();
    await system.gateways[0]?.end('SIGKILL');
    await run.crowd.untilMore(200);
    const cutOff = run.crowd.presses.filter(({ status }) => status === null);
    expect(cutOff).to.not.have.lengthOf(0);

    await system.startGateway();
    run.crowd.urls = system.urls.slice(1);
    await run.crowd.untilMore(100);
    await run.untilLineNotEmpty();
    await system.gateways[1]?.end('SIGKILL');
    run.crowd.urls = system.urls;
    await run.crowd.untilMore(100);
    // The dead ones stay in the list until the end: every buyer has to find the one that lives.
    await run.expectWhole();
    say(`${cutOff.length} presses cut off by the first kill`);
  });
});
