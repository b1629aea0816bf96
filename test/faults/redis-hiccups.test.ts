import { expect } from 'chai';
import { System } from '../support/system.js';
import { Run, say } from './run.js';

describe('A Redis that forgets its scripts or drops its connections under load', () => {
  let system: System;

  before(async () => {
    system = await System.start({ gateways: 2, workers: 2 });
  });

  after(() => system.stop());

  it('is not noticed by anybody when SCRIPT FLUSH comes again and again', async () => {
    const run = await Run.begin(system, { limit: 1_500, atOnce: 16, thinkMs: 8 });
    let flushes = 0;
    await run.duringLoad(async () => {
      await system.redis.script('FLUSH');
      flushes += 1;
    });
    const bad = run.crowd.presses.filter(({ status }) => status !== 202 && status !== 200);
    expect(bad).to.deep.equal([]);
    await run.expectWhole();
    const looks = run.crowd.looks.filter(({ status }) => status !== 200);
    expect(looks).to.deep.equal([]);
    say(`scripts flushed ${flushes} times, longest time between decisions: ${run.longestPause} ms`);
  });

  it('loses and doubles nothing when every connection is cut several times', async () => {
    const run = await Run.begin(system);
    let cut = 0;
    for (let time = 0; time < 6; time += 1) {
      await run.crowd.untilMore(150);
      await run.untilLineNotEmpty();
      cut += Number(await system.redis.call('CLIENT', 'KILL', 'TYPE', 'normal'));
    }
    await run.crowd.untilMore(100);
    await run.expectWhole();
    const bad = [...run.crowd.presses, ...run.crowd.looks].filter(
      ({ status }) => ![200, 202, 503].includes(status ?? 0),
    );
    expect(bad).to.deep.equal([]);
    say(`${cut} connections cut, longest time between decisions: ${run.longestPause} ms`);
    expect([...system.gateways, ...system.workers].every(({ running }) => running)).to.equal(true);
  });
});
