import { expect } from 'chai';
import type { SaleFigures, SaleSample } from '../../../core/contract.js';
import type { BuyerSocket } from '../../support/client.js';
import { emit } from '../../support/emit.js';
import { eventually } from '../../support/eventually.js';
import { expectProblem } from '../../support/problems.js';
import { System } from '../../support/system.js';
import { Tap } from '../../support/tap.js';

const BUYERS = 6;

/** A sample is written every ten seconds. */
const SLOTS_MS = 60_000;

describe('The figures of a sale', () => {
  const sockets: BuyerSocket[] = [];
  let system: System;
  let sale: string;

  before(async () => {
    system = await System.start();
    // One after the other: the test has to know which one it kills.
    await system.startGateway();
    sale = await system.createSale({ stock: 4, holdSeconds: 28 });
    for (const gateway of [0, 1]) {
      const { socket } = await system.buyer(undefined, gateway).connect();
      expect((await emit(socket, 'watch', { saleId: sale })).ok).to.equal(true);
      sockets.push(socket);
    }
    for (let i = 0; i < BUYERS; i += 1) {
      const buyer = system.buyer(undefined, i % 2);
      const { body } = await buyer.buy(sale);
      if (body.id) await buyer.untilDecided(body.id);
    }
  });

  after(async () => {
    for (const socket of sockets) socket.close();
    await system.stop();
  });

  async function figures(gateway: number, since = ''): Promise<SaleFigures> {
    const path = `/api/ops/sales/${sale}/figures${since && `?since=${since}`}`;
    const { status, body } = await system.ops(gateway).get(path);
    expect(status, JSON.stringify(body)).to.equal(200);
    return body;
  }

  function measured(samples: readonly SaleSample[]): number {
    return samples.reduce((sum, { resultMs }) => sum + (resultMs?.count ?? 0), 0);
  }

  it('tell at once what there is now', async () => {
    const told = await figures(0);
    expect(told.sale).to.deep.include({ id: sale, state: 'sold-out' });
    expect(told).to.deep.include({ pausedFor: null, holdsEndingSoon: 4 });
    expect(told.lane).to.include({ state: 'open', clock: 'running' });
    expect(told.now).to.include({ total: 4, available: 0, held: 4, sold: 0, waiting: 0 });
    expect(told.now.sockets).to.be.at.least(1);
    expect(told.now.watchers).to.be.at.least(1);
    expect(Date.parse(told.now.at)).to.be.closeTo(Date.now(), 5_000);
  });

  it('add up over all gateways, and both tell the same', async () => {
    const { entered } = (await figures(0)).sale.line;
    const told = await eventually(
      () => figures(0),
      ({ samples }) => measured(samples) === entered && samples.at(-1)?.watchers === 2,
      SLOTS_MS,
    );
    const last = told.samples.at(-1) as SaleSample;
    expect(last).to.include({ total: 4, sold: 0, sockets: 2, refused: 0 });
    const [{ resultMs }] = told.samples.filter((sample) => sample.resultMs) as [SaleSample];
    expect(resultMs?.p50)
      .to.be.above(0)
      .and.at.most(resultMs?.p95 ?? 0);
    expect(resultMs?.p95).to.be.at.most(resultMs?.p99 ?? 0);
    const other = (await figures(1)).samples.filter(({ at }) => at <= last.at);
    expect(other).to.deep.equal(told.samples);
    const { body } = await system.stranger().get('/metrics');
    const [, count] = /^dropgate_result_seconds_count (\d+)$/m.exec(body) ?? [];
    expect(Number(count)).to.be.within(1, entered);
    expect(body).to.include(`dropgate_result_seconds_bucket{le="+Inf"} ${count}`);
  });

  it('are still there when a gateway was killed, and go on without it', async () => {
    const { samples: before } = await figures(1);
    await system.gateways[0]?.end('SIGKILL');
    await system.startGateway();
    const after = await figures(2);
    expect(after.samples.slice(0, before.length)).to.deep.equal(before);
    const later = await eventually(
      () => figures(2),
      ({ samples }) => samples.length > before.length && samples.at(-1)?.watchers === 1,
      SLOTS_MS,
    );
    expect(later.samples.at(-1)?.sockets).to.equal(1);
    const times = later.samples.map(({ at }) => Date.parse(at));
    expect(times.every((at, i) => at % 10_000 === 0 && at > (times[i - 1] ?? 0))).to.equal(true);
    const last = before.at(-1)?.at as string;
    const since = await figures(1, last);
    expect(since.samples[0]).to.deep.equal(later.samples[before.length]);
  });

  it('have a hole while MySQL is away, and go on after it, with one warning for all of it', async () => {
    const wire = await Tap.open(system.servers.DATABASE_URL);
    const gateway = await system.startGateway({ DATABASE_URL: wire.url });
    const rows = () => system.db('samples').where({ sale_id: '' }).orderBy('slot');
    const own = async () => {
      const mine = (await rows()).filter(({ gateway_id }) => !known.has(gateway_id));
      return mine.map(({ slot }) => Number(slot));
    };
    const known = new Set((await rows()).map(({ gateway_id }) => gateway_id));
    try {
      for (let slot = 0; slot < 2; slot += 1) await wire.spring(/INTO `samples`/i, 'before');
      const told = await eventually(own, (slots) => slots.length > 0, SLOTS_MS);
      expect(told).to.have.lengthOf(1);
      const dropped = gateway.lines.filter(({ msg }) => msg === 'samples are dropped');
      expect(dropped).to.have.lengthOf(1);
    } finally {
      await gateway.end('SIGTERM');
      await wire.close();
    }
  });

  it('tell why a sale is paused, and nothing of one that there is not', async () => {
    await system.ops(1).post(`/api/ops/sales/${sale}/pause`);
    await eventually(
      () => figures(1),
      ({ pausedFor }) => pausedFor === 'ops',
    );
    const none = await system.ops(1).get('/api/ops/sales/s0-zzzzzzzzzz/figures');
    expectProblem(none, 404, 'not-found');
  });
});
