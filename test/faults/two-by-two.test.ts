import { expect } from 'chai';
import { System } from '../support/system.js';
import { figures } from './checker/figures.js';
import { isDefinite } from './diary.js';
import { Run, say } from './run.js';
import { readRows } from './stored.js';

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
    // A press that was shed on a busy machine is sent again until its answer is one for good.
    const told = run.crowd.presses.filter((press) => press.told === null && isDefinite(press));
    expect(told.every(({ status, code }) => status === 410 && code === 'sold-out')).to.equal(true);
    say(`${verdict.acknowledged - 100} told sold out in line, ${told.length} presses at the door`);
  });

  it('keep every promise to buyers who confirm, release, let holds expire, stand by and buy again', async () => {
    const manners = { life: 'whole', limit: 400, atOnce: 64, thinkMs: 0 } as const;
    const run = await Run.begin(system, manners, 150);
    await run.crowd.untilAllServed();
    const verdict = await run.expectWhole();
    say(JSON.stringify(figures(verdict)));
    const ends = new Map<string, number>();
    for (const { state } of await readRows(system, run.saleId)) {
      ends.set(state, (ends.get(state) ?? 0) + 1);
    }
    say([...ends].map(([state, count]) => `${state}: ${count}`).join(', '));
    expect(run.feed.entries.at(-1)?.counts.slice(0, 4)).to.deep.equal([150, 0, 0, 150]);
    expect([...ends.keys()]).to.include.members(['confirmed', 'released', 'expired']);
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
