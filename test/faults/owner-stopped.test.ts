import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { eventually } from '../support/eventually.js';
import type { Daemon } from '../support/processes.js';
import { System } from '../support/system.js';
import type { RawEntry } from './feed-recorder.js';
import { firstDecisionAbove, Run, say, sayFigures } from './run.js';
import { readSnapshot } from './snapshot.js';

const STOPPED_MS = 10_000;
const STOPS = 3;

interface Stop {
  readonly owner: Daemon;
  readonly token: number;
  readonly stoppedAt: number;
  /** The first decision of the next owner. */
  readonly first: RawEntry;
  /** How many lines the owner had logged when it was stopped. */
  readonly logged: number;
}

/** Stops the lane's owner like a frozen machine, at a moment that `strike` chooses. */
async function stopOwner(run: Run, strike: (owner: Daemon) => Promise<unknown>): Promise<Stop> {
  const owner = await run.owner();
  const token = await run.token();
  const from = run.feed.entries.length;
  // From before the stop: an owner that hands the lane on at this very moment says it only once.
  const logged = owner.lines.length;
  await strike(owner);
  const stoppedAt = Date.now();
  const first = await firstDecisionAbove(run, token, from);
  return { owner, token, stoppedAt, first, logged };
}

async function strikeUnderLoad(run: Run, owner: Daemon): Promise<void> {
  await run.untilLineNotEmpty();
  owner.child.kill('SIGSTOP');
}

/** Lets the owner run again; resolves when it has noticed that the lane is another's. */
async function letGoOn(run: Run, { owner, logged }: Stop): Promise<void> {
  owner.child.kill('SIGCONT');
  await owner.untilLog(({ msg, lane }) => msg === 'lane given up' && lane === run.lane, logged);
}

/** Stops the owner while its transaction holds the lane's row, the worst moment there is. */
async function strikeInTransaction(run: Run, owner: Daemon): Promise<boolean> {
  const { db } = run.system;
  const mine = await db.transaction();
  await mine('lanes').where({ lane: run.lane }).forUpdate().first();
  const waiting = `SELECT COUNT(*) AS n FROM information_schema.processlist
    WHERE db = DATABASE() AND info LIKE 'update \`lanes\` set \`ledger_number\`%'`;
  await eventually(
    async () => (await db.raw(waiting))[0][0].n,
    (n) => n > 0,
  );
  owner.child.kill('SIGSTOP');
  await mine.rollback();
  // Granted to the stopped process by now: nobody else gets the row.
  const probe = db('lanes').where({ lane: run.lane }).forUpdate().noWait().first();
  return probe.then(
    () => false,
    () => true,
  );
}

describe('A lane owner that is stopped like a frozen machine', () => {
  let system: System;

  before(async () => {
    // One lane: with more, its owner may give it away for a fair share just before it is struck.
    system = await System.start({ gateways: 2, workers: 2, lanes: 1 });
  });

  after(() => system.stop());

  it('changes nothing any more when it goes on 10 s later under load, and stands by again', async () => {
    const run = await Run.begin(system, { thinkMs: 30 });
    await run.crowd.untilMore(50);
    const stop = await stopOwner(run, (owner) => strikeUnderLoad(run, owner));
    const heir = await run.owner();
    await sleep(STOPPED_MS - (Date.now() - stop.stoppedAt));
    await letGoOn(run, stop);
    const going = run.feed.entries.length;
    await run.crowd.untilMore(100);
    const later = run.feed.entries.slice(going);
    expect(later.every(({ fencingToken }) => fencingToken > stop.token)).to.equal(true);
    const lost = stop.owner.lines.slice(stop.logged).find(({ msg }) => msg === 'lane given up');
    expect(lost).to.include({ reason: 'lost' });
    say(`takeover, from SIGSTOP to the first decision: ${stop.first.time - stop.stoppedAt} ms`);

    const from = run.feed.entries.length;
    const token = await run.token();
    await heir.end('SIGTERM');
    await firstDecisionAbove(run, token, from);
    expect(await run.owner()).to.equal(stop.owner);
    await system.startWorker();
    await run.expectWhole();
  });

  it('leaves every key in Redis and every row in MySQL as they are when it goes on', async () => {
    const run = await Run.begin(system);
    await run.crowd.untilMore(50);
    const stop = await stopOwner(run, (owner) => strikeUnderLoad(run, owner));
    await run.crowd.stop();
    await run.untilDrained();
    const before = await readSnapshot(system, run.lane);
    await letGoOn(run, stop);
    expect(await readSnapshot(system, run.lane)).to.deep.equal(before);
    expect(Object.keys(before.redis)).to.have.length.greaterThan(5);
    await run.expectWhole();
  });

  it('decides nothing by its old right when it wakes before a line that nobody works', async () => {
    const run = await Run.begin(system, { thinkMs: 10 });
    await run.crowd.untilMore(50);
    const stop = await stopOwner(run, (owner) => strikeUnderLoad(run, owner));
    const heir = await run.owner();
    const token = await run.token();
    heir.child.kill('SIGSTOP');
    await run.crowd.untilMore(100);
    const from = run.feed.entries.length;
    stop.owner.child.kill('SIGCONT');
    // Only by a new token: the one that it had is two owners old.
    const first = await run.feed.next(({ kind }) => kind === 'decided', from);
    expect(first.fencingToken).to.be.greaterThan(token);
    heir.child.kill('SIGCONT');
    await run.expectWhole();
  });

  it('does not keep the next owner waiting by a transaction that it left open', async () => {
    const run = await Run.begin(system);
    const inside: number[] = [];
    for (let time = 0; time < STOPS; time += 1) {
      await run.crowd.untilMore(30);
      let locked = false;
      const stop = await stopOwner(run, async (owner) => {
        locked = await strikeInTransaction(run, owner);
      });
      if (locked) inside.push(stop.first.time - stop.stoppedAt);
      await letGoOn(run, stop);
    }
    sayFigures('takeover from an owner stopped in its transaction', inside);
    expect(inside).to.not.have.lengthOf(0);
    await run.expectWhole();
    expect(Math.max(...inside)).to.be.lessThan(10_000);
  });

  it('loses the lane for a moment at most, whenever it is stopped', async () => {
    const run = await Run.begin(system);
    const takeovers: number[] = [];
    for (let time = 0; time < STOPS; time += 1) {
      await run.crowd.untilMore(20 + Math.floor(Math.random() * 20));
      const stop = await stopOwner(run, (owner) => strikeUnderLoad(run, owner));
      takeovers.push(stop.first.time - stop.stoppedAt);
      await letGoOn(run, stop);
    }
    sayFigures('takeover from an owner stopped at any moment', takeovers);
    await run.expectWhole();
    expect(Math.max(...takeovers)).to.be.lessThan(10_000);
  });
});
