import { expect } from 'chai';
import type { Client } from '../../support/client.js';
import { eventually } from '../../support/eventually.js';
import { hold } from '../../support/shop.js';
import { System } from '../../support/system.js';

describe('An archived sale, to its operators,', () => {
  let system: System;
  let ops: Client;
  let sale: string;
  const key = { 'idempotency-key': 'restock once' };

  before(async () => {
    system = await System.start({ env: { ARCHIVE_AFTER_SECONDS: '1' } });
    ops = system.ops();
    sale = await system.createSale({ stock: 5 });
    await ops.post(`/api/ops/sales/${sale}/restock`, { quantity: 2 }, key);
    const buyer = system.buyer();
    await buyer.delete(`/api/attempts/${(await hold(buyer, sale)).id}`);
    await ops.post(`/api/ops/sales/${sale}/close`);
    await eventually(
      () => system.redis.keys(`*${sale}*`),
      (keys) => keys.length === 0,
    );
  });

  after(() => system.stop());

  it('is closed for good: closing it again changes nothing, all else is refused', async () => {
    const closed = await ops.post(`/api/ops/sales/${sale}/close`);
    expect([closed.status, closed.body.state]).to.deep.equal([200, 'archived']);
    for (const action of ['pause', 'resume']) {
      const { status, body } = await ops.post(`/api/ops/sales/${sale}/${action}`);
      expect([status, body.code], action).to.deep.equal([410, 'sale-closed']);
    }
    const changed = await ops.patch(`/api/ops/sales/${sale}`, { title: 'Again' });
    expect([changed.status, changed.body.code]).to.deep.equal([410, 'sale-closed']);
  });

  it('answers a restock that it knows, and takes no other', async () => {
    const path = `/api/ops/sales/${sale}/restock`;
    const known = await ops.post(path, { quantity: 2 }, key);
    expect([known.status, known.body.stock.total]).to.deep.equal([200, 7]);
    const reused = await ops.post(path, { quantity: 3 }, key);
    expect(reused.body.code).to.equal('idempotency-key-reused');
    expect((await ops.post(path, { quantity: 2 })).body.code).to.equal('sale-closed');
  });

  it('is audited from the ledger', async () => {
    const { status, body } = await ops.get(`/api/ops/sales/${sale}/audit`);
    expect([status, body.drift, body.redis]).to.deep.equal([200, false, body.ledger]);
    expect(body.ledger).to.include({ total: 7, available: 7 });
  });

  it('is reported, listed and shown from the ledger, and its report is complete', async () => {
    const of = (what: string) => ops.get(`/api/ops/sales/${sale}/${what}`);
    const { body: report } = await of('report');
    expect(report).to.deep.include({ state: 'archived', complete: true, buyers: 1 });
    expect(report.attempts).to.include({ all: 1, released: 1 });
    const { body: attempts } = await of('attempts');
    expect(attempts).to.deep.include({ nextCursor: null, lag: 0 });
    expect(attempts.items[0].explanation.code).to.equal('released-hold');
    const { status, body: figures } = await of('figures');
    expect([status, figures.sale.state, figures.holdsEndingSoon]).to.deep.equal([
      200,
      'archived',
      0,
    ]);
    expect(figures.now).to.include({ total: 7, available: 7, entered: 1, waiting: 0 });
  });
});
