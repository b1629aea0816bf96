import { expect } from 'chai';
import { eventually } from '../support/eventually.js';
import { System } from '../support/system.js';
import type { Exchange } from './diary.js';
import { Run, say } from './run.js';
import { dumpAll } from './snapshot.js';
import { readRows } from './stored.js';

/** Requests that were sent after `since` and yet got in, or got another answer than `recovering`. */
function wrongAfter(answers: readonly Exchange[], since: number): Exchange[] {
  return answers
    .filter(({ sentAt }) => sentAt > since)
    .filter(({ status, code, retryAfter }) => {
      const right = status === 503 && code === 'recovering' && Number(retryAfter) > 0;
      return !right;
    });
}

/** What the doors of the last gateway say about a sale whose lane is lost. */
async function expectDoorsShut(system: System, saleId: string): Promise<void> {
  const gateway = system.urls.length - 1;
  const buyer = system.buyer(undefined, gateway);
  const lane = saleId.slice(1, saleId.indexOf('-'));
  const replies = await Promise.all([
    buyer.buy(saleId),
    buyer.get(`/api/sales/${saleId}`),
    buyer.get(`/api/attempts?saleId=${saleId}`),
    system.ops(gateway).post(`/api/ops/sales/${saleId}/restock`, { quantity: 5 }),
    system.ops(gateway).post(`/api/ops/sales/${saleId}/pause`),
  ]);
  for (const { status, body, headers } of replies) {
    expect({ status, code: body.code }).to.deep.equal({ status: 503, code: 'recovering' });
    expect(Number(headers.get('retry-after'))).to.be.greaterThan(0);
  }
  const { body } = await system.ops(gateway).get('/api/ops/lanes');
  const found = body.items.find((item: { lane: number }) => item.lane === Number(lane));
  expect(found.state).to.not.equal('open');
}

/** Ends all processes politely and starts as many anew, without waiting for open lanes. */
async function restartAll(system: System): Promise<void> {
  const old = [...system.workers, ...system.gateways];
  const codes = await Promise.all(old.map((daemon) => daemon.end('SIGTERM')));
  expect(codes.every((code) => code === 0)).to.equal(true);
  await Promise.all([system.startWorker(), system.startWorker()]);
  await system.launchGateway();
}

/** Waits until a running worker has found out that the lane's data is gone. */
async function untilRefused(system: System, lane: number): Promise<void> {
  const found = system.workers
    .filter(({ running }) => running)
    .map((worker) =>
      worker
        .untilLog(({ level, lane: its }) => level === 60 && its === lane)
        .catch(() => undefined),
    );
  await Promise.race(found);
}

/** The lane's own data in Redis: what is there when nothing was begun anew. */
async function laneDataIn({ system, lane, saleId }: Run): Promise<Record<string, string>> {
  const lanes = await system.redis.hgetall(`dropgate:1:{lane-${lane}}:lane`);
  const sale = await system.redis.hgetall(`dropgate:1:{lane-${lane}}:sale:${saleId}`);
  return { ...lanes, ...sale };
}

describe('A Redis that loses its data in the middle of a sale', () => {
  let system: System;

  beforeEach(async () => {
    system = await System.start({ gateways: 2, workers: 2 });
  });

  afterEach(() => system.stop());

  it('sells nothing any more when it is emptied, not even after a restart of everything', async () => {
    const run = await Run.begin(system, { patienceMs: 0, twiceEvery: 0, thinkMs: 5 }, 1_000);
    await run.crowd.untilMore(250);
    await system.redis.flushdb();
    const emptied = run.crowd.now;
    await run.crowd.untilMore(300);
    await untilRefused(system, run.lane);
    await run.crowd.stop();
    await run.feed.stop();
    expect(wrongAfter(run.crowd.presses, emptied)).to.deep.equal([]);
    const shut = run.crowd.presses.filter(({ sentAt }) => sentAt > emptied).length;
    say(`${run.statuses()}; ${shut} presses after the loss, all 503 recovering`);

    const rows = await readRows(system, run.saleId);
    expect([...system.gateways, ...system.workers].every(({ running }) => running)).to.equal(true);
    await expectDoorsShut(system, run.saleId);
    await restartAll(system);
    await untilRefused(system, run.lane);
    await expectDoorsShut(system, run.saleId);
    const ready = await system.stranger(system.urls.length - 1).get('/readyz');
    expect(ready.status).to.equal(503);
    expect(await readRows(system, run.saleId)).to.deep.equal(rows);
    expect(await laneDataIn(run)).to.deep.equal({});
  });

  it('sells nothing when an older copy of it comes back, not even after a restart', async () => {
    const run = await Run.begin(system, { patienceMs: 0, twiceEvery: 0, thinkMs: 5 }, 1_000);
    await run.crowd.untilMore(150);
    const copy = await dumpAll(system);
    const at = run.feed.entries.length;
    await run.crowd.untilMore(150);
    // What only Redis knew when it failed is lost, and counted: here the ledger has more than the copy.
    await eventually(
      () => system.db('lanes').where({ lane: run.lane }).first(),
      ({ ledger_number }) => ledger_number > (run.feed.entries[at]?.number ?? 0),
    );
    const back = system.redis.multi().flushdb();
    for (const [key, { dump, ttl }] of copy) back.restore(key, ttl, dump);
    await back.exec();
    const restored = run.crowd.now;
    const was = await laneDataIn(run);
    await run.crowd.untilMore(300);
    await untilRefused(system, run.lane);
    await run.crowd.stop();
    await run.feed.stop();
    expect(wrongAfter(run.crowd.presses, restored)).to.deep.equal([]);
    say(
      `${run.statuses()}; the copy stood at ${was.feed}, the feed at ${run.feed.entries.at(-1)?.number}`,
    );

    const rows = await readRows(system, run.saleId);
    await expectDoorsShut(system, run.saleId);
    await restartAll(system);
    await untilRefused(system, run.lane);
    await expectDoorsShut(system, run.saleId);
    expect(await readRows(system, run.saleId)).to.deep.equal(rows);
    expect(await laneDataIn(run)).to.deep.equal(was);
  });
});
