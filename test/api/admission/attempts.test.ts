import { expect } from 'chai';
import type { Attempt } from '../../../core/contract.js';
import type { Client, Reply } from '../../support/client.js';
import { eventually } from '../../support/eventually.js';
import { expectProblem, pathsOf } from '../../support/problems.js';
import { System } from '../../support/system.js';

const MEMBERS = [
  'id',
  'saleId',
  'quantity',
  'state',
  'ticket',
  'ahead',
  'holdExpiresAt',
  'orderId',
  'reason',
  'version',
];

async function stockOf(system: System, sale: string) {
  return (await system.stranger().get(`/api/sales/${sale}`)).body.stock;
}

/** Enters and waits for the result. */
async function buyAndWait(buyer: Client, sale: string, quantity = 1): Promise<Attempt> {
  const reply = await buyer.buy(sale, quantity);
  expect(reply.status, JSON.stringify(reply.body)).to.equal(202);
  return buyer.untilDecided(reply.body.id);
}

function untilState(buyer: Client, id: string, state: string): Promise<Reply> {
  return eventually(
    () => buyer.get(`/api/attempts/${id}`),
    ({ body }) => body.state === state,
  );
}

describe('An attempt', () => {
  let system: System;

  before(async () => {
    system = await System.start();
  });

  after(() => system.stop());

  it('is answered with all members of the contract and where it is found', async () => {
    const sale = await system.createSale();
    const buyer = system.buyer();
    const reply = await buyer.buy(sale);
    expect(reply.status).to.equal(202);
    expect(Object.keys(reply.body)).to.deep.equal(MEMBERS);
    expect(reply.body).to.include({ saleId: sale, ticket: 1, ahead: 0, version: 1, quantity: 1 });
    expect(reply.body).to.include({ holdExpiresAt: null, orderId: null, reason: null });
    expect(reply.headers.get('location')).to.equal(`/api/attempts/${reply.body.id}`);
    expect(reply.headers.get('cache-control')).to.equal('no-store');
    expect(reply.headers.get('retry-after')).to.match(/^\d+$/);
  });

  it('is held for holdSeconds', async () => {
    const sale = await system.createSale({ holdSeconds: 60 });
    const buyer = system.buyer();
    const attempt = await buyAndWait(buyer, sale);
    expect(attempt).to.include({ state: 'held', version: 2, ahead: null, reason: null });
    expect(attempt.holdExpiresAt).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    const { serverTime } = (await system.stranger().get(`/api/sales/${sale}`)).body;
    const left = Date.parse(attempt.holdExpiresAt as string) - Date.parse(serverTime);
    expect(left).to.be.within(1, 60_000);
  });

  it('is shown again, unchanged, to a buyer who asks for another one', async () => {
    const sale = await system.createSale({ perBuyerLimit: 5 });
    const buyer = system.buyer();
    const attempt = await buyAndWait(buyer, sale, 2);
    for (const quantity of [2, 1, 5, 1_000]) {
      const again = await buyer.buy(sale, quantity);
      expect(again.status).to.equal(200);
      expect(again.body).to.deep.equal(attempt);
    }
    expect(await stockOf(system, sale)).to.include({ held: 2, available: 98 });
  });

  it('keeps the status that its key was first answered with, until after its end', async () => {
    const sale = await system.createSale({ perBuyerLimit: 5 });
    const buyer = system.buyer();
    const first = await buyer.buy(sale, 1, 'first');
    const live = await buyer.buy(sale, 1, 'second');
    expect([first.status, live.status]).to.deep.equal([202, 200]);
    await buyer.untilDecided(first.body.id);
    await buyer.delete(`/api/attempts/${first.body.id}`);
    for (const [key, status] of [
      ['first', 202],
      ['second', 200],
    ] as const) {
      const again = await buyer.buy(sale, 1, key);
      expect([again.status, again.body.id]).to.deep.equal([status, first.body.id]);
      expect(again.body).to.include({ state: 'released', version: 3 });
      expectProblem(await buyer.buy(sale, 2, key), 422, 'idempotency-key-reused');
    }
    expect((await buyer.buy(sale, 1, 'third')).body.ticket).to.equal(2);
  });

  it('answers a known key also when the sale is paused, closed or over the limit', async () => {
    const sale = await system.createSale({ stock: 1 });
    const buyer = system.buyer();
    const { body } = await buyer.buy(sale, 1, 'kept');
    await buyer.untilDecided(body.id);
    for (const action of ['pause', 'close']) {
      await system.ops().post(`/api/ops/sales/${sale}/${action}`);
      const again = await buyer.buy(sale, 1, 'kept');
      expect([again.status, again.body.id]).to.deep.equal([202, body.id]);
      expect((await buyer.buy(sale, 1)).status).to.equal(200);
    }
  });

  it('does not store an error under its key', async () => {
    const sale = await system.createSale({ perBuyerLimit: 2 });
    await system.ops().post(`/api/ops/sales/${sale}/pause`);
    const buyer = system.buyer();
    expectProblem(await buyer.buy(sale, 1, 'kept'), 409, 'sale-paused');
    await system.ops().post(`/api/ops/sales/${sale}/resume`);
    expectProblem(await buyer.buy(sale, 3, 'kept'), 422, 'over-limit');
    expect((await buyer.buy(sale, 2, 'kept')).status).to.equal(202);
  });

  it("keeps one buyer's keys apart from another's, and one sale's from another's", async () => {
    const [one, two] = [await system.createSale(), await system.createSale()];
    const [a, b] = [system.buyer(), system.buyer()];
    const replies = [
      await a.buy(one, 1, 'same'),
      await b.buy(one, 1, 'same'),
      await a.buy(two, 1, 'same'),
    ];
    expect(replies.map(({ status }) => status)).to.deep.equal([202, 202, 202]);
    expect(new Set(replies.map(({ body }) => body.id)).size).to.equal(3);
  });

  it('that comes after one has ended goes to the end of the line', async () => {
    const sale = await system.createSale();
    const [buyer, other] = [system.buyer(), system.buyer()];
    const first = await buyAndWait(buyer, sale);
    await buyer.delete(`/api/attempts/${first.id}`);
    await buyAndWait(other, sale);
    const second = await buyAndWait(buyer, sale);
    expect([first.ticket, second.ticket]).to.deep.equal([1, 3]);
    expect(second.id).to.not.equal(first.id);
    expect((await buyer.get(`/api/attempts/${first.id}`)).body.state).to.equal('released');
  });

  it('above the per-buyer limit is refused at the door', async () => {
    const sale = await system.createSale({ perBuyerLimit: 3 });
    const buyer = system.buyer();
    expectProblem(await buyer.buy(sale, 4), 422, 'over-limit');
    expect((await buyer.buy(sale, 3)).status).to.equal(202);
  });

  it('is refused as the sixth of a buyer in a sale', async () => {
    const sale = await system.createSale();
    const buyer = system.buyer();
    for (let tries = 1; tries <= 5; tries += 1) {
      const { status, body } = await buyer.buy(sale);
      expect([status, body.ticket]).to.deep.equal([202, tries]);
      await buyer.delete(`/api/attempts/${body.id}`);
    }
    expectProblem(await buyer.buy(sale), 422, 'over-limit');
    expect((await system.buyer().buy(sale)).status).to.equal(202);
    expect((await buyer.buy(await system.createSale())).status).to.equal(202);
  });

  it('expires by itself, gives its stock back, and counts: after two no third is taken', async () => {
    const sale = await system.createSale({ stock: 2, holdSeconds: 1, perBuyerLimit: 2 });
    const buyer = system.buyer();
    for (let tries = 1; tries <= 2; tries += 1) {
      const { id } = await buyAndWait(buyer, sale, 2);
      const { body } = await untilState(buyer, id, 'expired');
      expect(body).to.include({ version: 3, ahead: null });
      expect(await stockOf(system, sale)).to.deep.equal({
        total: 2,
        available: 2,
        held: 0,
        sold: 0,
      });
      const left = await buyer.delete(`/api/attempts/${id}`);
      expect(left.status).to.equal(200);
      expect(left.body).to.deep.equal(body);
    }
    expectProblem(await buyer.buy(sale), 422, 'over-limit');
    expect(await buyAndWait(system.buyer(), sale, 2)).to.include({ state: 'held' });
  });

  it('is released by its buyer, once, and its stock is for the next', async () => {
    const sale = await system.createSale({ stock: 1 });
    const [buyer, next] = [system.buyer(), system.buyer()];
    const { id } = await buyAndWait(buyer, sale);
    expectProblem(await next.buy(sale), 410, 'sold-out');
    const released = await buyer.delete(`/api/attempts/${id}`);
    expect(released.status).to.equal(200);
    expect(released.body).to.include({ id, state: 'released', version: 3, reason: null });
    expect(await stockOf(system, sale)).to.deep.equal({ total: 1, available: 1, held: 0, sold: 0 });
    const again = await buyer.delete(`/api/attempts/${id}`);
    expect([again.status, again.body]).to.deep.equal([200, released.body]);
    expect((await buyer.get(`/api/attempts/${id}`)).body).to.deep.equal(released.body);
    expect(await stockOf(system, sale)).to.include({ available: 1, held: 0 });
    expect(await buyAndWait(next, sale)).to.include({ state: 'held' });
  });

  it('that does not fit is sold out while a smaller one behind it is held', async () => {
    const sale = await system.createSale({ stock: 3, perBuyerLimit: 3 });
    const [first, big, small] = [system.buyer(), system.buyer(), system.buyer()];
    await buyAndWait(first, sale, 2);
    expect(await buyAndWait(big, sale, 2)).to.include({
      state: 'sold-out',
      version: 2,
      ahead: null,
    });
    expect(await buyAndWait(small, sale, 1)).to.include({ state: 'held' });
    expectProblem(await big.buy(sale, 1), 410, 'sold-out');
    expect((await system.stranger().get(`/api/sales/${sale}`)).body.state).to.equal('sold-out');
  });

  it('is taken again when a sold-out sale is restocked', async () => {
    const sale = await system.createSale({ stock: 0 });
    const buyer = system.buyer();
    expectProblem(await buyer.buy(sale), 410, 'sold-out');
    const restocked = await system.ops().post(`/api/ops/sales/${sale}/restock`, { quantity: 1 });
    expect(restocked.body).to.include({ state: 'open' });
    expect(await buyAndWait(buyer, sale)).to.include({ state: 'held', ticket: 1 });
    expectProblem(await system.buyer().buy(sale), 410, 'sold-out');
  });

  it('is refused before the sale opens, and taken from then on without anybody doing anything', async () => {
    const later = new Date(Date.now() + 3_600_000).toISOString();
    const sale = await system.createSale({ opensAt: later });
    const buyer = system.buyer();
    const { socket } = await buyer.connect();
    const opened = new Promise((resolve) => {
      socket.on('sale', (told) => told.state === 'open' && resolve(told));
    });
    const watched = await socket.emitWithAck('watch', { saleId: sale });
    expect(watched).to.have.nested.property('sale.state', 'scheduled');
    const early = expectProblem(await buyer.buy(sale), 409, 'sale-not-open');
    expect(early.opensAt).to.equal(later);
    const opensAt = new Date(Date.now() + 1_000).toISOString();
    await system.ops().patch(`/api/ops/sales/${sale}`, { opensAt });
    expect(await opened).to.include({ id: sale, opensAt });
    expect((await buyer.buy(sale)).status).to.equal(202);
    socket.close();
  });

  it('is refused while the sale is paused, and the line is decided all the same', async () => {
    const sale = await system.createSale();
    const buyer = system.buyer();
    const { body } = await buyer.buy(sale);
    const paused = await system.ops().post(`/api/ops/sales/${sale}/pause`);
    expect(paused.body).to.include({ state: 'paused' });
    expectProblem(await system.buyer().buy(sale), 409, 'sale-paused');
    expect(await buyer.untilDecided(body.id)).to.include({ state: 'held' });
    const resumed = await system.ops().post(`/api/ops/sales/${sale}/resume`);
    expect(resumed.body).to.include({ state: 'open' });
    expect((await system.buyer().buy(sale)).status).to.equal(202);
  });

  it('is refused once the sale is closed, and a hold keeps its deadline', async () => {
    const sale = await system.createSale({ holdSeconds: 1 });
    const buyer = system.buyer();
    const held = await buyAndWait(buyer, sale);
    const closed = await system.ops().post(`/api/ops/sales/${sale}/close`);
    expect(closed.body).to.include({ state: 'closed' });
    expectProblem(await system.buyer().buy(sale), 410, 'sale-closed');
    const { body } = await untilState(buyer, held.id, 'expired');
    expect(body.holdExpiresAt).to.equal(held.holdExpiresAt);
    expectProblem(await system.ops().post(`/api/ops/sales/${sale}/resume`), 410, 'sale-closed');
    expectProblem(await system.ops().post(`/api/ops/sales/${sale}/pause`), 410, 'sale-closed');
  });

  it('is refused from the moment at which the sale closes by itself', async () => {
    const sale = await system.createSale({ closesAt: new Date(Date.now() + 1_500).toISOString() });
    await eventually(
      () => system.stranger().get(`/api/sales/${sale}`),
      ({ body }) => body.state === 'closed',
    );
    expectProblem(await system.buyer().buy(sale), 410, 'sale-closed');
    const row = await eventually(
      () => system.db('sales').where({ id: sale }).first(),
      ({ closed }) => closed === 1,
    );
    expect(row.waiting).to.equal(0);
  });

  it('is listed with the others of its buyer in the sale, oldest first, page by page', async () => {
    const sale = await system.createSale();
    const [buyer, other] = [system.buyer(), system.buyer()];
    const ids: string[] = [];
    for (let tries = 0; tries < 3; tries += 1) {
      const { body } = await buyer.buy(sale);
      ids.push(body.id);
      await other.buy(sale);
      await buyer.delete(`/api/attempts/${body.id}`);
    }
    const { body: all } = await buyer.get(`/api/attempts?saleId=${sale}`);
    expect(all.items.map(({ id }: Attempt) => id)).to.deep.equal(ids);
    expect(all.nextCursor).to.equal(null);
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const after: string = cursor === '' ? '' : `&cursor=${cursor}`;
      const { body } = await buyer.get(`/api/attempts?saleId=${sale}&limit=2${after}`);
      expect(body.items.length).to.be.within(1, 2);
      seen.push(...body.items.map(({ id }: Attempt) => id));
      cursor = body.nextCursor;
    }
    expect(seen).to.deep.equal(ids);
  });

  it('of every sale is in the list that names none', async () => {
    const sales = [await system.createSale(), await system.createSale(), await system.createSale()];
    const buyer = system.buyer();
    for (const sale of sales) await buyer.buy(sale);
    const named = ({ body }: Reply) => body.items.map(({ saleId }: Attempt) => saleId);
    // By age once the ledgers of both lanes have heard of them; a moment ago one may have lagged.
    await eventually(
      () => buyer.get('/api/attempts'),
      (reply) => named(reply).join() === sales.join(),
    );
    const { body: part } = await buyer.get(`/api/attempts?saleId=${sales[1]}`);
    expect(part.items.map(({ saleId }: Attempt) => saleId)).to.deep.equal([sales[1]]);
  });

  it('is refused by path when its quantity is above every bound', async () => {
    const sale = await system.createSale({ perBuyerLimit: 1_000 });
    const buyer = system.buyer();
    const refused = expectProblem(await buyer.buy(sale, 1_001), 422, 'invalid-request');
    expect(pathsOf(refused)).to.deep.equal(['quantity']);
    expect(await buyAndWait(buyer, sale, 1_000)).to.include({ state: 'sold-out' });
  });
});

describe('A line that nobody decides', () => {
  let system: System;

  before(async () => {
    system = await System.start();
  });

  beforeEach(async () => {
    for (const worker of system.workers.filter(({ running }) => running)) {
      await worker.end('SIGTERM');
    }
  });

  after(() => system.stop());

  /** Lets so many buyers enter, one after the other. */
  async function lineUp(sale: string, length: number) {
    const line: { buyer: Client; id: string }[] = [];
    for (let place = 0; place < length; place += 1) {
      const buyer = system.buyer();
      const { status, body } = await buyer.buy(sale);
      expect([status, body.ticket, body.ahead]).to.deep.equal([202, place + 1, place]);
      line.push({ buyer, id: body.id });
    }
    return line;
  }

  async function places(line: readonly { buyer: Client; id: string }[]) {
    const replies = await Promise.all(
      line.map(({ buyer, id }) => buyer.get(`/api/attempts/${id}`)),
    );
    return replies.map(({ body }) => (body.state === 'waiting' ? body.ahead : body.state));
  }

  it('tells everybody behind a buyer who leaves that one less stands before them', async () => {
    const sale = await system.createSale({ stock: 10 });
    const line = await lineUp(sale, 5);
    expect(await places(line)).to.deep.equal([0, 1, 2, 3, 4]);
    const second = line[1] as (typeof line)[0];
    const left = await second.buyer.delete(`/api/attempts/${second.id}`);
    expect(left.body).to.include({
      state: 'released',
      version: 2,
      ahead: null,
      holdExpiresAt: null,
    });
    expect(await places(line)).to.deep.equal([0, 'released', 1, 2, 3]);
    const first = line[0] as (typeof line)[0];
    await first.buyer.delete(`/api/attempts/${first.id}`);
    expect(await places(line)).to.deep.equal(['released', 'released', 0, 1, 2]);
    const again = await second.buyer.buy(sale);
    expect(again.body).to.include({ ticket: 6, ahead: 3 });
    const { body } = await system.stranger().get(`/api/sales/${sale}`);
    expect(body.line).to.include({ entered: 6, decided: 2, serving: 1 });

    await system.startWorker();
    const decided = await Promise.all(line.slice(2).map(({ buyer, id }) => buyer.untilDecided(id)));
    expect(decided.map(({ state }) => state)).to.deep.equal(['held', 'held', 'held']);
    expect(await second.buyer.untilDecided(again.body.id)).to.include({ state: 'held' });
    expect(await stockOf(system, sale)).to.deep.equal({
      total: 10,
      available: 6,
      held: 4,
      sold: 0,
    });
  });

  it('ends as rejected when the sale is closed, and every buyer is told why', async () => {
    const sale = await system.createSale({ stock: 10 });
    const line = await lineUp(sale, 3);
    const gone = line[1] as (typeof line)[0];
    await gone.buyer.delete(`/api/attempts/${gone.id}`);
    await system.ops().post(`/api/ops/sales/${sale}/close`);
    expect(await places(line)).to.deep.equal([0, 'released', 1]);

    await system.startWorker();
    const ends = await Promise.all(line.map(({ buyer, id }) => buyer.untilDecided(id)));
    expect(ends.map(({ state, reason }) => [state, reason])).to.deep.equal([
      ['rejected', 'sale-closed'],
      ['released', null],
      ['rejected', 'sale-closed'],
    ]);
    expect(await stockOf(system, sale)).to.deep.equal({
      total: 10,
      available: 10,
      held: 0,
      sold: 0,
    });
  });

  it('is decided in ticket order when a worker comes, up to the last unit', async () => {
    const sale = await system.createSale({ stock: 3 });
    const line = await lineUp(sale, 6);
    await system.startWorker();
    const ends = await Promise.all(line.map(({ buyer, id }) => buyer.untilDecided(id)));
    expect(ends.map(({ state }) => state)).to.deep.equal([
      'held',
      'held',
      'held',
      'sold-out',
      'sold-out',
      'sold-out',
    ]);
  });

  it('shows a waiting attempt again with its place of now', async () => {
    const sale = await system.createSale();
    const line = await lineUp(sale, 2);
    const [first, last] = line as [(typeof line)[0], (typeof line)[0]];
    await first.buyer.delete(`/api/attempts/${first.id}`);
    const again = await last.buyer.buy(sale);
    expect(again.status).to.equal(200);
    expect(again.body).to.include({
      id: last.id,
      state: 'waiting',
      ticket: 2,
      ahead: 0,
      version: 1,
    });
    await system.startWorker();
  });
});
