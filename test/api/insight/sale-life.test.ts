import { expect } from 'chai';
import type { Attempt, OpsAttempt, OpsAttempts, SaleReport } from '../../../core/contract.js';
import { csvRows } from '../../support/csv.js';
import { eventually } from '../../support/eventually.js';
import { expectProblem, pathsOf } from '../../support/problems.js';
import { System } from '../../support/system.js';

/** How each buyer came out; the tickets are in this order. */
const ENDS: Readonly<Record<string, readonly [states: string, code: string]>> = {
  '-ann': ['waiting held confirmed', 'confirmed'],
  bob: ['waiting held released', 'released-hold'],
  cid: ['waiting standby held expired', 'expired'],
  dan: ['waiting sold-out', 'sold-out'],
  eve: ['waiting released', 'released-in-line'],
  fin: ['waiting held', 'held'],
  gus: ['waiting rejected', 'rejected'],
};

describe('A sale that was lived through over two gateways', () => {
  const began = Date.now();
  const attempts = new Map<string, Attempt>();
  let system: System;
  let sale: string;

  before(async () => {
    system = await System.start({ gateways: 2 });
    sale = await system.createSale({ stock: 2, standbyLimit: 1, title: 'Dolls' });
    await system.workers[0]?.end('SIGTERM');
    for (const [i, name] of ['-ann', 'bob', 'cid', 'dan', 'eve'].entries())
      await enter(name, i % 2);
    await leave('eve');
    await system.startWorker();
    await until('dan', 'sold-out');
    await confirm('-ann');
    const standing = await look('buyerId=cid');
    expect(standing.items[0]).to.deep.include({ state: 'standby', ahead: 0 });
    await change({ holdSeconds: 1 });
    await leave('bob');
    await until('cid', 'expired');
    await change({ holdSeconds: 600 });
    await enter('fin', 0);
    await until('fin', 'held');
    await system.workers[1]?.end('SIGTERM');
    await enter('gus', 1);
    await system.ops().post(`/api/ops/sales/${sale}/close`);
    await system.startWorker();
    await until('gus', 'rejected');
  });

  after(() => system.stop());

  async function enter(name: string, gateway: number): Promise<void> {
    const { status, body } = await system.buyer(name, gateway).buy(sale);
    expect(status, JSON.stringify(body)).to.equal(202);
    attempts.set(name, body);
  }

  function pathOf(name: string): string {
    return `/api/attempts/${attempts.get(name)?.id}`;
  }

  async function leave(name: string): Promise<void> {
    expect((await system.buyer(name).delete(pathOf(name))).body.state).to.equal('released');
  }

  async function until(name: string, state: string): Promise<void> {
    const read = () => system.buyer(name).get(pathOf(name));
    await eventually(read, ({ body }) => body.state === state);
  }

  async function confirm(name: string): Promise<void> {
    const paid = { paymentReference: 'paid' };
    const { status } = await system.buyer(name).post(`${pathOf(name)}/confirm`, paid);
    expect(status).to.equal(200);
  }

  async function change(fields: Record<string, unknown>): Promise<void> {
    expect((await system.ops().patch(`/api/ops/sales/${sale}`, fields)).status).to.equal(200);
  }

  /** What is found in the ledger once it has everything. */
  async function look(query = '', gateway = 0): Promise<OpsAttempts> {
    // What this gateway knows counts: first it has to have heard of the last change.
    await system.ops(gateway).get(`/api/sales/${sale}`);
    const path = `/api/ops/sales/${sale}/attempts?${query}`;
    const { body } = await eventually(
      () => system.ops(gateway).get(path),
      ({ body: { lag, items } }) => lag === 0 && items.length > 0,
    );
    return body;
  }

  async function report(gateway: number): Promise<SaleReport> {
    const { body } = await system.ops(gateway).get(`/api/ops/sales/${sale}/report`);
    return body;
  }

  it('tells of every attempt how it came out, and when it had which state', async () => {
    for (const gateway of [0, 1]) {
      const { items } = await look('limit=100', gateway);
      const ends = items.map(({ buyerId, history, explanation }) => [
        buyerId,
        [history.map(({ state }) => state).join(' '), explanation.code],
      ]);
      expect(ends).to.deep.equal(Object.entries(ENDS));
      for (const { history, enteredAt, id, buyerId } of items) {
        const times = history.map(({ at }) => Date.parse(at));
        expect(times).to.deep.equal([...times].sort((a, b) => a - b));
        expect(times.every((time) => time >= began && time <= Date.now())).to.equal(true);
        expect(history[0]?.at).to.equal(enteredAt);
        expect(id).to.equal(attempts.get(buyerId)?.id);
      }
      expect(items.at(-1)?.history.map(({ reason }) => reason)).to.deep.equal([
        null,
        'sale-closed',
      ]);
    }
  });

  it('explains by the goods that went to lower tickets why somebody got nothing', async () => {
    const { items } = await look('buyerId=dan');
    expect(items).to.have.lengthOf(1);
    expect(items[0]?.explanation).to.deep.equal({
      code: 'sold-out',
      lastHeldTicket: 6,
      unitsHeldBefore: 3,
      ticketsBefore: 3,
    });
    expect((await look('ticket=7')).items[0]?.explanation.unitsHeldBefore).to.equal(4);
  });

  it('lists its attempts page by page in ticket order, each as if it stood alone', async () => {
    const whole = await look('limit=100');
    const seen: OpsAttempt[] = [];
    let cursor = '';
    do {
      const page = await look(`limit=3${cursor}`);
      seen.push(...page.items);
      cursor = page.nextCursor === null ? '' : `&cursor=${page.nextCursor}`;
    } while (cursor !== '');
    expect(seen).to.deep.equal(whole.items);
  });

  it('is reported alike by both gateways', async () => {
    await look('', 0);
    await look('', 1);
    const reports = await Promise.all([report(0), report(1)]);
    const [told] = reports as [SaleReport, SaleReport];
    expect(reports[1]).to.deep.equal(told);
    expect(told).to.deep.include({
      saleId: sale,
      title: 'Dolls',
      productName: '한정판 인형',
      currency: 'KRW',
      price: 19_900,
      state: 'closed',
      complete: false,
      stock: { total: 2, available: 0, held: 1, sold: 1 },
      sellThrough: 0.5,
      revenue: 19_900,
      buyers: 7,
      standby: { entered: 1, held: 1, missed: 0 },
      dropOff: [
        { step: 'entered', attempts: 7, units: 7 },
        { step: 'held', attempts: 4, units: 4 },
        { step: 'confirmed', attempts: 1, units: 1 },
      ],
    });
    expect(told.attempts).to.deep.equal({
      ...{ all: 7, waiting: 0, held: 1, standby: 0, confirmed: 1 },
      ...{ released: 2, expired: 1, 'sold-out': 1, rejected: 1 },
    });
    // Whoever left the line was never decided.
    expect([told.waiting.count, told.confirming.count]).to.deep.equal([6, 1]);
    const { items } = await look('limit=100');
    const held = items.find(({ buyerId }) => buyerId === 'fin')?.history[1]?.at;
    expect(told.soldOutAt).to.equal(held);
    expect(told.firstEnteredAt).to.equal(items[0]?.enteredAt);
  });

  it('is exported as CSV, one row an attempt, and no name becomes a formula', async () => {
    const { items } = await look('limit=100');
    const { status, headers, body } = await system.ops().get(`/api/ops/sales/${sale}/report.csv`);
    expect(status).to.equal(200);
    expect(headers.get('content-type')).to.equal('text/csv; charset=utf-8');
    expect(headers.get('content-disposition')).to.equal(`attachment; filename=${sale}.csv`);
    const rows = csvRows(body);
    expect(rows.map(({ attemptId, state }) => [attemptId, state])).to.deep.equal(
      items.map(({ id, state }) => [id, state]),
    );
    expect(rows.map(({ buyerId }) => buyerId)).to.deep.equal([
      "'-ann",
      ...Object.keys(ENDS).slice(1),
    ]);
    for (const [i, { history, ticket }] of items.entries()) {
      const at = (state: string) => history.find((step) => step.state === state)?.at ?? '';
      expect(rows[i]).to.include({
        ticket: String(ticket),
        enteredAt: at('waiting'),
        standbyAt: at('standby'),
        heldAt: at('held'),
        changedAt: history.at(-1)?.at,
      });
    }
    expect(body).to.not.match(/(?:^|,)[=+\-@]/m);
    expect(body).to.not.include('paid');
  });

  it('is complete once nothing is held any more', async () => {
    await leave('fin');
    await eventually(
      () => report(0),
      ({ complete, stock, attempts: { released } }) =>
        complete && stock.available === 1 && released === 3,
    );
    expect((await report(0)).soldOutAt).to.equal(null);
  });

  it('answers what was asked wrongly by saying what was wrong', async () => {
    const ops = system.ops();
    const of = (path: string) => ops.get(`/api/ops/sales/${sale}/${path}`);
    for (const [path, name] of [
      ['figures?since=yesterday', 'since'],
      ['attempts?ticket=0', 'ticket'],
      ['attempts?ticket=x', 'ticket'],
      ['attempts?buyerId=a%20b', 'buyerId'],
      ['attempts?limit=101', 'limit'],
      ['attempts?cursor=zz', 'cursor'],
    ] as const) {
      expect(pathsOf(expectProblem(await of(path), 422, 'invalid-request'))).to.deep.equal([name]);
    }
    expectProblem(await ops.get('/api/ops/actions?cursor=zz'), 422, 'invalid-request');
    for (const id of ['s0-zzzzzzzzzz', 'nonsense', '%00']) {
      for (const what of ['figures', 'attempts', 'report', 'report.csv']) {
        expectProblem(await ops.get(`/api/ops/sales/${id}/${what}`), 404, 'not-found');
      }
    }
  });

  it('has a trail of who did what, newest first, page by page', async () => {
    const path = `/api/ops/actions?objectId=${sale}`;
    const { body } = await system.ops().get(path);
    const actions = body.items.map(({ action }: { action: string }) => action);
    expect(actions).to.deep.equal(['close-sale', 'update-sale', 'update-sale', 'create-sale']);
    expect(body.items[1]).to.deep.include({
      opsName: 'ops',
      objectId: sale,
      detail: { holdSeconds: 600 },
    });
    const first = await system.ops(1).get(`${path}&limit=3`);
    const rest = await system.ops(1).get(`${path}&limit=3&cursor=${first.body.nextCursor}`);
    expect([...first.body.items, ...rest.body.items]).to.deep.equal(body.items);
    expect(rest.body.nextCursor).to.equal(null);
    const all = (await system.ops().get('/api/ops/actions?limit=100')).body.items;
    expect(all.map(({ action }: { action: string }) => action)).to.include('create-product');
  });
});
