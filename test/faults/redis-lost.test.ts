import { expect } from 'chai';
import { eventually } from '../support/eventually.js';
import { System } from '../support/system.js';
import type { Exchange } from './diary.js';
import { Run, say } from './run.js';
import { dumpAll } from './snapshot.js';
import { readRows, readStored, type StoredAttempt } from './stored.js';

/** Waits until the lane lives its next life, and tells how long that took. */
async function untilNextLife({ system, lane }: Run, before: string): Promise<number> {
  const since = performance.now();
  await eventually(
    () => system.db('lanes').where({ lane }).first(),
    ({ incarnation, opened }) => incarnation !== before && opened === incarnation,
    30_000,
  );
  return Math.round(performance.now() - since);
}

async function incarnationOf({ system, lane }: Run): Promise<string> {
  return (await system.db('lanes').where({ lane }).first()).incarnation;
}

/** Answers that a lane that lost its data must not give: anything but 503 and what is true. */
function wrongAnswers(answers: readonly Exchange[]): Exchange[] {
  return answers.filter(({ status, code, retryAfter }) => {
    if (status !== 503) return status === null || status >= 500;
    return code !== 'recovering' || !(Number(retryAfter) > 0);
  });
}

/** What the ledger had of an attempt is so still, or went on from there. */
function expectKept(before: readonly StoredAttempt[], after: readonly StoredAttempt[]): void {
  const now = new Map(after.map((row) => [row.id, row]));
  for (const row of before) {
    const kept = now.get(row.id);
    expect(kept, row.id).to.include({ buyer: row.buyer, ticket: row.ticket });
    if (row.state !== 'waiting') expect(kept?.state, row.id).to.equal(row.state);
  }
}

async function expectAgreement(run: Run): Promise<StoredAttempt[]> {
  const { system, lane } = run;
  const stored = await eventually(
    () => readStored(system, run.saleId),
    ({ ledgerNumber, redisNumber, redisCounts }) =>
      ledgerNumber === redisNumber && redisCounts[6] === 0,
  );
  expect(stored.redisCounts).to.deep.equal(stored.ledgerCounts);
  expect(stored.redisToken).to.equal(stored.ledgerToken);
  const ledger = new Map(stored.rows.map(({ ticket, text }) => [ticket, text]));
  expect(stored.redisAttempts).to.deep.equal(ledger);
  const units = stored.rows.filter(({ state }) => state === 'held' || state === 'confirmed');
  expect(units.length).to.be.at.most(run.stock);
  const { body } = await system.ops(system.urls.length - 1).get('/api/ops/lanes');
  const found = body.items.find((item: { lane: number }) => item.lane === lane);
  expect(found.state).to.equal('open');
  return [...stored.rows];
}

describe('A Redis that loses its data in the middle of a sale', () => {
  let system: System;

  beforeEach(async () => {
    system = await System.start({ gateways: 2, workers: 2 });
  });

  afterEach(() => system.stop());

  async function loseAndReturn(lose: (run: Run) => Promise<void>): Promise<void> {
    const run = await Run.begin(system, { twiceEvery: 0, thinkMs: 5 }, 600);
    await run.crowd.untilMore(250);
    const was = await incarnationOf(run);
    const token = await run.token();
    await lose(run);
    const rows = await readRows(system, run.saleId);
    const ms = await untilNextLife(run, was);
    await run.crowd.untilMore(500);
    await run.crowd.stop();
    await run.feed.stop();
    expect(wrongAnswers(run.crowd.presses)).to.deep.equal([]);
    expect(await run.token()).to.be.greaterThan(token);
    const after = await expectAgreement(run);
    expectKept(rows, after);
    const kept = new Set(after.map(({ id }) => id));
    const told = new Set(run.crowd.presses.flatMap((press) => (press.told ? [press.told.id] : [])));
    const lost = [...told].filter((id) => !kept.has(id)).length;
    say(`open again after ${ms} ms; ${run.statuses()}; ${lost} of ${told.size} told, but lost`);
  }

  it('has it back from the ledger when it is emptied, and sells the rest and no more', async () => {
    await loseAndReturn(async () => {
      await system.redis.flushdb();
    });
  });

  it('has it back from the ledger when an older copy returns', async () => {
    let copy: Awaited<ReturnType<typeof dumpAll>>;
    await loseAndReturn(async (run) => {
      copy = await dumpAll(system);
      const at = run.feed.entries.at(-1)?.number ?? 0;
      await run.crowd.untilMore(100);
      // Beyond the copy by what the ledger has, not only by what gateways have seen.
      await eventually(
        () => system.db('lanes').where({ lane: run.lane }).first(),
        ({ ledger_number }) => ledger_number > at + 20,
      );
      const back = system.redis.multi().flushdb();
      for (const [key, { dump, ttl }] of copy) back.restore(key, ttl, dump);
      await back.exec();
    });
  });

  it('goes on with what Redis has when only gateways had seen more', async () => {
    await loseAndReturn(async (run) => {
      const { lane } = run;
      await run.crowd.untilMore(20);
      // As a gateway does that has seen an entry that Redis no longer has.
      await system.redis.hset(`dropgate:2:{lane-${lane}}:lane`, 'lost', 99_999_999);
    });
  });

  it('is rebuilt after a restart of everything, too', async () => {
    const run = await Run.begin(system, { twiceEvery: 0 }, 1_000);
    await run.crowd.untilMore(100);
    await run.crowd.stop();
    await run.untilDrained();
    await run.feed.stop();
    const rows = await readRows(system, run.saleId);
    const was = await incarnationOf(run);
    const old = [...system.workers, ...system.gateways];
    await Promise.all(old.map((daemon) => daemon.end('SIGTERM')));
    await system.redis.flushdb();
    await Promise.all([system.startWorker(), system.startGateway()]);
    await untilNextLife(run, was);
    expect(await expectAgreement(run)).to.deep.equal(rows);
    const buyer = system.buyer(undefined, system.urls.length - 1);
    const { status, body } = await buyer.buy(run.saleId);
    expect({ status, ticket: body.ticket }).to.deep.equal({ status: 202, ticket: rows.length + 1 });
    expect((await buyer.untilDecided(body.id)).state).to.equal('held');
  });

  it('sells nothing by the data of another database', async () => {
    const run = await Run.begin(system, { patienceMs: 0 }, 1_000);
    await run.crowd.untilMore(50);
    const { lane } = run;
    await system.redis.hset(`dropgate:2:{lane-${lane}}:lane`, 'incarnation', 'astranger000');
    const refused = system.workers.map((worker) =>
      worker.untilLog(({ level, lane: its }) => level === 60 && its === lane),
    );
    await Promise.race(refused);
    await run.crowd.stop();
    await run.feed.stop();
    const rows = await readRows(system, run.saleId);
    const reply = await system.buyer().buy(run.saleId);
    expect(reply.status).to.equal(503);
    expect(reply.body.code).to.equal('recovering');
    expect(await system.redis.hget(`dropgate:2:{lane-${lane}}:lane`, 'incarnation')).to.equal(
      'astranger000',
    );
    expect(await readRows(system, run.saleId)).to.deep.equal(rows);
  });
});
