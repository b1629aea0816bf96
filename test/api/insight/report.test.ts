import { expect } from 'chai';
import type { SaleReport } from '../../../core/contract.js';
import { csvRows } from '../../support/csv.js';
import { type HandMade, writeByHand } from '../../support/hand-made-ledger.js';
import { expectProblem } from '../../support/problems.js';
import { System } from '../../support/system.js';

const T = 1_800_000_000_000;

/** All enter at once; of them `perSecond` are decided in each second, the first `goods` held. */
function evenLine(count: number, perSecond: number, goods: number): HandMade[] {
  return Array.from({ length: count }, (_none, i) => {
    const at = T + Math.ceil(((i + 1) / perSecond) * 1_000);
    const decided =
      i < goods ? { state: 'held' as const, heldAt: at } : { state: 'sold-out' as const };
    return { ...decided, enteredAt: T, changedAt: at };
  });
}

describe('The report of a sale whose ledger was made by hand', () => {
  let system: System;

  before(async () => {
    system = await System.start();
  });

  after(() => system.stop());

  async function saleWith(attempts: readonly HandMade[]): Promise<string> {
    const sale = await system.createSale();
    await writeByHand(system.db, sale, attempts);
    return sale;
  }

  async function reportOf(sale: string): Promise<SaleReport> {
    const { status, body } = await system.ops().get(`/api/ops/sales/${sale}/report`);
    expect(status, JSON.stringify(body)).to.equal(200);
    return body;
  }

  it('says how often the promised time has held', async () => {
    // After 5 s the line stands still for an hour: the 500 behind were told minutes at the most.
    const stalled = evenLine(1_000, 100, 10).map((one) =>
      one.changedAt <= T + 5_000 ? one : { ...one, changedAt: one.changedAt + 3_600_000 },
    );
    const left: HandMade = { state: 'released', enteredAt: T, changedAt: T + 9_000 };
    const { promise } = await reportOf(await saleWith([...stalled, left]));
    expect(promise).to.deep.equal({ made: 800, kept: 300, unknown: 1 });
  });

  it('shows how long everybody waited', async () => {
    const { waiting, attempts, buyers } = await reportOf(await saleWith(evenLine(3_000, 50, 100)));
    expect(waiting).to.include({ count: 3_000, max: 60_000 });
    expect(waiting.p50).to.be.within(30_000, 31_501);
    expect(waiting.p99).to.be.within(59_400, 60_000);
    const upTo = (ms: number) =>
      waiting.buckets
        .filter(({ upToMs }) => upToMs !== null && upToMs <= ms)
        .reduce((sum, { count }) => sum + count, 0);
    expect([upTo(1_000), upTo(10_000), upTo(60_000)]).to.deep.equal([50, 500, 3_000]);
    expect(attempts).to.include({ all: 3_000, held: 100, 'sold-out': 2_900 });
    expect(buyers).to.equal(3_000);
  });

  it('counts an empty sale as nothing, without dividing by it', async () => {
    const empty = await reportOf(await system.createSale({ stock: 0 }));
    expect(empty).to.deep.include({ sellThrough: 0, revenue: 0, buyers: 0, firstEnteredAt: null });
    expect(empty.waiting).to.include({ count: 0, p50: null, max: null });
    const { body } = await system.ops().get(`/api/ops/sales/${empty.saleId}/report.csv`);
    expect(csvRows(body)).to.deep.equal([]);
  });

  it('is made one at a time, once for all who ask, and more than a few are sent away', async () => {
    const line = evenLine(6_000, 1_000, 10);
    const sales = await Promise.all(Array.from({ length: 9 }, () => saleWith(line)));
    const asked = [...sales, ...sales].map((sale) =>
      system.ops().get(`/api/ops/sales/${sale}/report`),
    );
    const replies = await Promise.all(asked);
    const refused = replies.filter(({ status }) => status !== 200);
    expect(refused).to.not.deep.equal([]);
    expect(refused.length).to.be.below(replies.length - 1);
    for (const reply of refused) {
      expectProblem(reply, 503, 'overloaded');
      expect(reply.headers.get('retry-after')).to.equal('5');
    }
    for (const sale of sales) expect((await reportOf(sale)).attempts.all).to.equal(6_000);
  });

  it('is exported whole, in ticket order, over many pages of the ledger', async () => {
    const sale = await saleWith(evenLine(4_321, 1_000, 10));
    const { body } = await system.ops().get(`/api/ops/sales/${sale}/report.csv`);
    const tickets = csvRows(body).map(({ ticket }) => Number(ticket));
    expect(tickets).to.deep.equal(Array.from({ length: 4_321 }, (_none, i) => i + 1));
  });

  it('is given up when nobody reads the export any more, and others get theirs', async () => {
    const sale = await saleWith(evenLine(20_000, 1_000, 10));
    const { url, token } = system.ops();
    for (let i = 0; i < 3; i += 1) {
      const gone = new AbortController();
      const response = await fetch(`${url}/api/ops/sales/${sale}/report.csv`, {
        headers: { authorization: `Bearer ${token}` },
        signal: gone.signal,
      });
      expect(response.status).to.equal(200);
      await response.body?.getReader().read();
      gone.abort();
      await system.gateways[0]?.untilLog(({ msg }) => msg === 'an export ended');
    }
    const { status, body } = await system.ops().get(`/api/ops/sales/${sale}/report.csv`);
    expect([status, csvRows(body).length]).to.deep.equal([200, 20_000]);
  });
});
