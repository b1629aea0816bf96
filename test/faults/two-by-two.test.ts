import { expect } from 'chai';
import { System } from '../support/system.js';
import { Run, say } from './run.js';

describe('Two gateways and two workers', () => {
  let system: System;

  before(async () => {
    system = await System.start({ gateways: 2, workers: 2 });
  });

  after(() => system.stop());

  it('sell exactly the stock of a sale, in ticket order, to a crowd spread over both doors', async () => {
    const run = await Run.begin(system, { limit: 2_000, atOnce: 64, thinkMs: 0 }, 100);
    await run.crowd.untilAllServed();
    const verdict = await run.expectWhole();
    const sold = await system.db('attempts').where({ sale_id: run.saleId, state: 'held' });
    const tickets = sold.map(({ ticket }) => ticket).sort((a, b) => a - b);
    expect(tickets).to.deep.equal(Array.from({ length: 100 }, (_none, i) => i + 1));
    const told = run.crowd.presses.filter(({ told: attempt }) => attempt === null);
    expect(told.every(({ status, code }) => status === 410 && code === 'sold-out')).to.equal(true);
    say(`${verdict.acknowledged - 100} told sold out in line, ${told.length} presses at the door`);
  });

  it('give every buyer of an ample sale what was asked for', async () => {
    const run = await Run.begin(system, { limit: 1_500, atOnce: 64, thinkMs: 0 });
    await run.crowd.untilAllServed();
    const { acknowledged } = await run.expectWhole();
    expect(acknowledged).to.equal(1_500);
    const held = await system.db('attempts').where({ sale_id: run.saleId, state: 'held' });
    expect(held).to.have.lengthOf(1_500);
  });
});
