import { expect } from 'chai';
import type { Attempt } from '../../core/contract.js';
import { eventually } from '../support/eventually.js';
import { hold } from '../support/shop.js';
import { System } from '../support/system.js';

const SALES = 50;

describe('Finished sales', () => {
  let system: System;

  before(async () => {
    system = await System.start({ env: { ARCHIVE_AFTER_SECONDS: '1' } });
  });

  after(() => system.stop());

  /** Sells the one unit of a sale; the buyer has entered with the key `my-key`. */
  async function soldOut(): Promise<{ sale: string; name: string; attempt: Attempt }> {
    const sale = await system.createSale({ stock: 1 });
    const buyer = system.buyer();
    const { body } = await buyer.buy(sale, 1, 'my-key');
    await buyer.untilDecided(body.id);
    const path = `/api/attempts/${body.id}/confirm`;
    const confirmed = await buyer.post(path, { paymentReference: 'paid' });
    return { sale, name: buyer.name, attempt: confirmed.body };
  }

  async function untilGone(sale: string): Promise<void> {
    await eventually(
      () => system.redis.keys(`*${sale}*`),
      (keys) => keys.length === 0,
    );
  }

  /** All keys but BullMQ's: of its finished jobs a lane keeps a hundred, whatever they were about. */
  async function ownKeys(): Promise<string[]> {
    const keys = await system.redis.keys('*');
    return keys.filter((key) => !key.includes(':bull:')).sort();
  }

  it('leave Redis no larger than before, and are all told from MySQL', async () => {
    // The first one makes what a lane has for good, such as its waiting room.
    for (const { sale } of [await soldOut(), await soldOut()]) await untilGone(sale);
    const before = await ownKeys();
    const finished = [];
    for (let i = 0; i < SALES; i += 1) finished.push(await soldOut());
    await eventually(
      () => system.db('sales').where({ purged: 0 }).select('id'),
      (left) => left.length === 0,
      30_000,
    );
    expect(await ownKeys()).to.deep.equal(before);
    for (const lane of [0, 1]) {
      expect(await system.redis.zcard(`dropgate:2:{lane-${lane}}:due`)).to.equal(0);
      expect(await system.redis.scard(`dropgate:2:{lane-${lane}}:lines`)).to.equal(0);
    }
    for (const { sale, name, attempt } of finished) {
      const { body } = await system.stranger().get(`/api/sales/${sale}`);
      expect(body).to.include({ id: sale, state: 'archived' });
      expect(body.stock).to.deep.equal({ total: 1, available: 0, held: 0, sold: 1 });
      const read = await system.buyer(name).get(`/api/attempts/${attempt.id}`);
      expect(read.body).to.deep.equal(attempt);
    }
  });

  async function expectTold(gateway: number, one: Awaited<ReturnType<typeof soldOut>>) {
    const { sale, name, attempt } = one;
    const buyer = system.buyer(name, gateway);
    const known = await buyer.buy(sale, 1, 'my-key');
    expect(known.status, JSON.stringify(known.body)).to.equal(202);
    expect(known.body).to.deep.equal(attempt);
    const reused = await buyer.buy(sale, 2, 'my-key');
    expect(reused.body).to.include({ status: 422, code: 'idempotency-key-reused' });
    expect((await buyer.get('/api/attempts')).body.items).to.deep.equal([attempt]);
    const order = await buyer.get(`/api/orders/${attempt.orderId}`);
    expect(order.body).to.include({ state: 'placed', total: 19_900 });
    expect((await buyer.delete(`/api/attempts/${attempt.id}`)).body).to.include({
      ...{ status: 409, code: 'already-confirmed' },
    });
    const path = `/api/attempts/${attempt.id}/confirm`;
    const same = await buyer.post(path, { paymentReference: 'paid' });
    expect(same.status, JSON.stringify(same.body)).to.equal(200);
    expect(same.body).to.deep.equal(attempt);
    const other = await buyer.post(path, { paymentReference: 'another' });
    expect(other.body).to.include({ status: 409, code: 'already-confirmed' });
    const stranger = system.buyer(undefined, gateway);
    expect((await stranger.get(`/api/attempts/${attempt.id}`)).status).to.equal(404);
    expect((await stranger.post(path, { paymentReference: 'paid' })).status).to.equal(404);
    const late = await stranger.buy(sale);
    expect(late.body).to.include({ status: 410, code: 'sale-closed' });
    const { socket, attempts } = await buyer.connect();
    expect(attempts).to.deep.equal([]);
    socket.close();
  }

  it('are answered the same by a gateway that was started afterwards', async () => {
    const one = await soldOut();
    await untilGone(one.sale);
    await expectTold(0, one);
    await system.startGateway();
    await expectTold(1, one);
    const listed = await system.stranger(1).get('/api/sales?state=archived&limit=100');
    expect(listed.body.items.map(({ id }: { id: string }) => id)).to.include(one.sale);
  });

  it('stay while something is held, and go once it is over', async () => {
    const sale = await system.createSale({ stock: 3, holdSeconds: 3 });
    const buyer = system.buyer();
    const { id } = await hold(buyer, sale);
    await system.ops().post(`/api/ops/sales/${sale}/close`);
    const rest = await soldOut();
    await untilGone(rest.sale);
    await eventually(
      () => buyer.get(`/api/sales/${sale}`),
      ({ body }) => body.state === 'archived',
    );
    expect((await buyer.get(`/api/attempts/${id}`)).body).to.include({ state: 'expired' });
    await untilGone(sale);
    const { stock } = (await buyer.get(`/api/sales/${sale}`)).body;
    expect(stock).to.deep.equal({ total: 3, available: 3, held: 0, sold: 0 });
  });
});
