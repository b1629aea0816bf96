import { expect } from 'chai';
import type { Client, Reply } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import { createProduct, order, putInCart, stockOf } from '../support/shop.js';
import { System } from '../support/system.js';

describe('Orders of ordinary goods', () => {
  let system: System;

  before(async () => {
    system = await System.start({ gateways: 2 });
  });

  after(() => system.stop());

  it('sell the last item once to two who order it at once, 200 times', async () => {
    const product = await createProduct(system, { stock: 0 });
    for (let round = 0; round < 200; round += 1) {
      await system.ops().patch(`/api/ops/products/${product}`, { stock: round + 1 });
      const pair = [system.buyer(undefined, 0), system.buyer(undefined, 1)];
      for (const buyer of pair) await putInCart(buyer, product, 1);
      const replies = await Promise.all(pair.map((buyer) => order(buyer)));
      const statuses = replies.map(({ status }) => status).sort();
      expect(statuses, JSON.stringify(replies.map(({ body }) => body))).to.deep.equal([201, 409]);
      const loser = replies.find(({ status }) => status === 409) as Reply;
      expect(loser.body).to.include({ code: 'out-of-stock' });
      expect(await stockOf(system, product)).to.equal(0);
    }
    const placed = await system.db('order_lines').where({ product_id: product });
    expect(placed).to.have.length(200);
  });

  it('of the same goods in opposite order never meet a deadlock', async () => {
    const products: string[] = [];
    for (let i = 0; i < 5; i += 1) products.push(await createProduct(system, { stock: 60 }));
    const buyers = Array.from({ length: 20 }, (_, i) => system.buyer(undefined, i % 2));
    let placed = 0;
    for (let round = 0; round < 10; round += 1) {
      const replies = await Promise.all(
        buyers.map(async (buyer, i) => {
          const mine = i % 2 === 0 ? products : [...products].reverse();
          for (const product of mine) await putInCart(buyer, product, 1);
          return order(buyer);
        }),
      );
      const odd = replies.filter(({ status }) => status !== 201 && status !== 409);
      expect(odd.map(({ status, body }) => `${status} ${JSON.stringify(body)}`)).to.deep.equal([]);
      placed += replies.filter(({ status }) => status === 201).length;
      for (const product of products) {
        expect(await stockOf(system, product)).to.equal(60 - placed);
      }
    }
    expect(placed).to.equal(60);
  });

  it('that cannot be filled name the lines in the way, and take nothing', async () => {
    const plenty = await createProduct(system, { stock: 5 });
    const scarce = await createProduct(system, { stock: 2 });
    const none = await createProduct(system, { stock: 0 });
    const buyer = system.buyer();
    await putInCart(buyer, plenty, 5);
    await putInCart(buyer, scarce, 3);
    await putInCart(buyer, none, 1);
    const { status, body } = await order(buyer);
    expect(status).to.equal(409);
    expect(body).to.include({ code: 'out-of-stock' });
    expect(body.lines).to.have.deep.members([
      { productId: scarce, attemptId: null, quantity: 3, available: 2 },
      { productId: none, attemptId: null, quantity: 1, available: 0 },
    ]);
    expect(await stockOf(system, plenty)).to.equal(5);
    expect(await stockOf(system, scarce)).to.equal(2);
    expect((await buyer.get('/api/cart')).body.items).to.have.length(3);
    expect((await buyer.get('/api/orders')).body.items).to.deep.equal([]);
  });

  it('tried again with the same key after an error are placed, as errors are not kept', async () => {
    const product = await createProduct(system, { stock: 0 });
    const buyer = system.buyer();
    await putInCart(buyer, product, 1);
    expect((await order(buyer, 'again')).status).to.equal(409);
    await system.ops().patch(`/api/ops/products/${product}`, { stock: 1 });
    const placed = await order(buyer, 'again');
    expect(placed.status, JSON.stringify(placed.body)).to.equal(201);
    expect((await order(buyer, 'again')).body).to.deep.equal(placed.body);
  });

  it('sent twice with the same key are one order, also at the same moment', async () => {
    const product = await createProduct(system, { stock: 100 });
    for (let round = 0; round < 20; round += 1) {
      const name = `twin-${round}`;
      const twins = [0, 1, 0, 1].map((gateway) => system.buyer(name, gateway));
      await putInCart(twins[0] as Client, product, 1);
      const replies = await Promise.all(twins.map((twin) => order(twin, `key-${round}`)));
      const answers = replies.map(({ status, body }) => `${status} ${body.code ?? body.id}`);
      expect(new Set(answers).size, JSON.stringify(answers)).to.equal(1);
      expect(answers[0]).to.match(/^201 o-/);
      expect(await stockOf(system, product)).to.equal(99 - round);
    }
  });

  it('need a key, one key per body, and something in the cart', async () => {
    const product = await createProduct(system, { stock: 5 });
    const buyer = system.buyer();
    const empty = await order(buyer, 'first');
    expect({ status: empty.status, code: empty.body.code }).to.deep.equal({
      status: 409,
      code: 'cart-empty',
    });
    await putInCart(buyer, product, 1);
    const keyless = await buyer.post('/api/orders', { paymentReference: 'paid' });
    expect(keyless.status).to.equal(422);
    expect(keyless.body).to.include({ code: 'invalid-request' });
    const placed = await order(buyer, 'second', 'paid');
    expect(placed.status).to.equal(201);
    const other = await order(buyer, 'second', 'another');
    expect(other.status).to.equal(422);
    expect(other.body).to.include({ code: 'idempotency-key-reused' });
    for (const paymentReference of ['', 'x'.repeat(129), 'á', 5, null]) {
      const headers = { 'idempotency-key': 'third' };
      const bad = await buyer.post('/api/orders', { paymentReference }, headers);
      expect(bad.body, String(paymentReference)).to.include({ code: 'invalid-request' });
    }
    expect(await stockOf(system, product)).to.equal(4);
  });

  it('are listed newest first, page by page, and are read by their buyer alone', async () => {
    const product = await createProduct(system, { stock: 10, price: 1_250 });
    const buyer = system.buyer();
    const orders = [];
    for (let i = 1; i <= 3; i += 1) {
      await putInCart(buyer, product, i);
      orders.unshift((await order(buyer)).body);
    }
    expect(orders.map(({ total }) => total)).to.deep.equal([3_750, 2_500, 1_250]);
    expect(orders[0]).to.include({ state: 'placed', currency: 'KRW', paymentReference: 'paid' });
    expect(orders[0].lines).to.deep.equal([
      { productId: product, attemptId: null, name: '녹차', quantity: 3, price: 1_250 },
    ]);
    const first = (await buyer.get('/api/orders?limit=2')).body;
    expect(first.items).to.deep.equal(orders.slice(0, 2));
    const rest = (await buyer.get(`/api/orders?limit=2&cursor=${first.nextCursor}`)).body;
    expect(rest).to.deep.equal({ items: orders.slice(2), nextCursor: null });
    const path = `/api/orders/${orders[0].id}`;
    const elsewhere = system.buyer(buyer.name, 1);
    expect((await elsewhere.get(path)).body).to.deep.equal(orders[0]);
    expect((await system.buyer().get(path)).status).to.equal(404);
    expect((await system.stranger().get(path)).status).to.equal(401);
    expect((await system.buyer().get('/api/orders')).body.items).to.deep.equal([]);
  });

  it('push the new stock to every gateway', async () => {
    const product = await createProduct(system, { stock: 7 });
    const told: number[][] = [[], []];
    const sockets = await Promise.all(
      [0, 1].map(async (gateway) => {
        const { socket } = await system.buyer(undefined, gateway).connect();
        socket.on('stock', ({ productId, available }) => {
          if (productId === product) told[gateway]?.push(available);
        });
        return socket;
      }),
    );
    const buyer = system.buyer();
    await putInCart(buyer, product, 3);
    expect((await order(buyer)).status).to.equal(201);
    await eventually(
      async () => told,
      (all) => all.every((numbers) => numbers.at(-1) === 4),
    );
    for (const socket of sockets) socket.close();
  });

  it('do not take a price that was changed meanwhile into orders that are placed', async () => {
    const product = await createProduct(system, { stock: 5, price: 100 });
    const buyer = system.buyer();
    await putInCart(buyer, product, 2);
    const { body } = await order(buyer);
    await system.ops().patch(`/api/ops/products/${product}`, { price: 900, name: '홍차' });
    expect((await buyer.get(`/api/orders/${body.id}`)).body).to.deep.equal(body);
  });
});
