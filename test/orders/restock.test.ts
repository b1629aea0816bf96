import { expect } from 'chai';
import type { Client, Reply } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import { SaleFeed } from '../support/sale-feed.js';
import { System } from '../support/system.js';
import { Tap } from '../support/tap.js';

/** Only a restock names its key so in Redis. */
const RESTOCK = /\r\n(\$\d+\r\n)?fill-\d+\r\n/;

describe('A restock whose answer was lost', () => {
  let system: System;
  let toRedis: Tap;
  let toGateway: Tap;

  before(async () => {
    system = await System.start();
    toRedis = await Tap.open(system.servers.REDIS_URL);
    await system.startGateway({ REDIS_URL: toRedis.url });
    toGateway = await Tap.open(system.urls[1] as string);
  });

  beforeEach(async () => {
    // A wire that was cut is joined anew.
    const sale = await system.createSale();
    await eventually(
      () => system.ops(1).get(`/api/sales/${sale}`),
      ({ status }) => status === 200,
    );
  });

  after(async () => {
    await system.stop();
    await toRedis.close();
    await toGateway.close();
  });

  function restock(client: Client, sale: string, key: string, quantity = 5): Promise<Reply> {
    const headers = { 'idempotency-key': key };
    return client.post(`/api/ops/sales/${sale}/restock`, { quantity }, headers);
  }

  async function expectOnce(sale: string): Promise<void> {
    const { stock } = (await system.ops().get(`/api/sales/${sale}`)).body;
    expect(stock).to.include({ total: 7, available: 7 });
    const feed = new SaleFeed(system.redis, sale);
    const kinds = (await feed.read()).map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === 'restocked')).to.have.length(1);
    expect(feed.stockFaults).to.deep.equal([]);
  }

  it('on its way from Redis, and is sent again, raises the stock once', async () => {
    const sale = await system.createSale({ stock: 2 });
    const lost = toRedis.spring(RESTOCK, 'after');
    const first = await restock(system.ops(1), sale, 'fill-1');
    await lost;
    expect(first.status, JSON.stringify(first.body)).to.equal(503);
    expect(first.headers.get('retry-after')).to.match(/^\d+$/);
    const again = await restock(system.ops(0), sale, 'fill-1');
    expect(again.status).to.equal(200);
    expect(again.body.stock).to.include({ total: 7 });
    await expectOnce(sale);
  });

  it('before Redis had it, and is sent again, raises the stock once', async () => {
    const sale = await system.createSale({ stock: 2 });
    const lost = toRedis.spring(RESTOCK, 'before');
    const first = await restock(system.ops(1), sale, 'fill-2');
    await lost;
    expect(first.status, JSON.stringify(first.body)).to.equal(503);
    expect((await restock(system.ops(0), sale, 'fill-2')).status).to.equal(200);
    await expectOnce(sale);
  });

  it('on its way to the operator, and is sent again, raises the stock once', async () => {
    const sale = await system.createSale({ stock: 2 });
    const lost = toGateway.spring(/POST .*restock/, 'after');
    const operator = system.ops();
    const far = Object.assign(Object.create(Object.getPrototypeOf(operator)), operator, {
      url: toGateway.url.replace(/\/$/, ''),
    });
    const nothing = await restock(far, sale, 'fill-3').catch(() => null);
    await lost;
    expect(nothing).to.equal(null);
    const again = await restock(operator, sale, 'fill-3');
    expect(again.status).to.equal(200);
    expect((await restock(operator, sale, 'fill-3')).body.stock).to.deep.equal(again.body.stock);
    await expectOnce(sale);
  });

  it('is not mistaken for another: other quantity, other sale, other key', async () => {
    const sale = await system.createSale({ stock: 2 });
    const other = await system.createSale({ stock: 2 });
    expect((await restock(system.ops(), sale, 'fill-4')).status).to.equal(200);
    const reused = await restock(system.ops(), sale, 'fill-4', 6);
    expect(reused.status).to.equal(422);
    expect(reused.body).to.include({ code: 'idempotency-key-reused' });
    expect((await restock(system.ops(), other, 'fill-4')).body.stock).to.include({ total: 7 });
    expect((await restock(system.ops(), sale, 'fill-5')).body.stock).to.include({ total: 12 });
  });

  it('takes back what nobody holds, and no more', async () => {
    const sale = await system.createSale({ stock: 3 });
    const buyer = system.buyer();
    await buyer.untilDecided((await buyer.buy(sale)).body.id);
    const tooMuch = await restock(system.ops(), sale, 'fill-6', -3);
    expect(tooMuch.status).to.equal(409);
    expect(tooMuch.body).to.include({ code: 'stock-in-use', available: 2 });
    const taken = await restock(system.ops(), sale, 'fill-7', -2);
    expect(taken.body.stock).to.deep.equal({ total: 1, available: 0, held: 1, sold: 0 });
    expect((await restock(system.ops(), sale, 'fill-7', -2)).body.stock).to.include({ total: 1 });
  });
});
