import { expect } from 'chai';
import { expectProblem } from '../support/problems.js';
import { createProduct, hold, putInCart } from '../support/shop.js';
import { System } from '../support/system.js';

/** Signs that mean something to Redis keys, records, SQL, JSON, shells, paths or HTML. */
const LOADED = [
  'a:b',
  '{lane-0}',
  'dropgate:2:{lane-0}:lane',
  'a|b|c',
  '*',
  '__proto__',
  "'; DROP TABLE orders; --",
  '"}],{"a":1',
  '%00%0a',
  '$(id)',
  '../../etc/passwd',
  '<b>',
];

/** Every key that Dropgate writes. */
const KEYS =
  /^dropgate:2:(roster|catalog|ops-logout:[0-9a-f-]{36}|\{lane-\d+\}:(lane|feed|lease|lines|due|batch-answer:[0-9a-z]{12}:[0-9a-f]{12}|(sale|attempts|buyers|requests|holds|left|standby|standby-line|orders):s\d+-[0-9a-z]{10}|bull:waiting-room-\d+(:[\w-]+)*))$/;

describe('Text that is loaded', () => {
  let system: System;

  before(async () => {
    system = await System.start();
  });

  after(() => system.stop());

  it('is kept as a key or a reference, and is told as it was written', async () => {
    const product = await createProduct(system, { stock: 100 });
    const buyer = system.buyer();
    for (const text of LOADED) {
      await putInCart(buyer, product, 1);
      const key = { 'idempotency-key': text };
      const placed = await buyer.post('/api/orders', { paymentReference: text }, key);
      expect(placed.status, text).to.equal(201);
      const again = await buyer.post('/api/orders', { paymentReference: text }, key);
      expect(again.body.id, text).to.equal(placed.body.id);
      const { body } = await buyer.get(`/api/orders/${placed.body.id}`);
      expect(body.paymentReference).to.equal(text);
    }
    expect((await buyer.get('/api/orders')).body.items).to.have.lengthOf(LOADED.length);
  });

  it('confirms by the very reference that was given, and by no other', async () => {
    for (const text of LOADED) {
      const buyer = system.buyer();
      const { id } = await hold(buyer, await system.createSale());
      const path = `/api/attempts/${id}/confirm`;
      const first = await buyer.post(path, { paymentReference: text });
      expect(first.status, text).to.equal(200);
      const same = await buyer.post(path, { paymentReference: text });
      expect(same.body, text).to.deep.equal(first.body);
      const other = await buyer.post(path, { paymentReference: `${text} ` });
      expectProblem(other, 409, 'already-confirmed');
    }
  });

  it('names nothing for operators but their own request', async () => {
    const sale = await system.createSale({ stock: 1 });
    const ops = system.ops();
    for (const text of LOADED) {
      const key = { 'idempotency-key': text };
      const path = `/api/ops/sales/${sale}/restock`;
      expect((await ops.post(path, { quantity: 1 }, key)).status, text).to.equal(200);
      expect((await ops.post(path, { quantity: 1 }, key)).status, text).to.equal(200);
      const product = { name: text, price: 1, description: text };
      const made = await ops.post('/api/ops/products', product, key);
      expect(made.body, text).to.include({ name: text, description: text });
      expect((await ops.post('/api/ops/products', product, key)).body.id).to.equal(made.body.id);
      const found = await system.stranger().get(`/api/products?q=${encodeURIComponent(text)}`);
      expect(found.status, text).to.equal(200);
    }
    const { body } = await ops.get(`/api/ops/sales/${sale}/audit`);
    expect(body.redis.total).to.equal(1 + LOADED.length);
  });

  it('has made no key in Redis but those that Dropgate knows', async () => {
    const keys = await system.redis.keys('*');
    expect(keys).to.have.length.above(20);
    expect(keys.filter((key) => !KEYS.test(key))).to.deep.equal([]);
  });
});
