import { expect } from 'chai';
import { eventually } from '../support/eventually.js';
import { createProduct, hold, order, putInCart, stockOf } from '../support/shop.js';
import { System } from '../support/system.js';

describe('A cart', () => {
  let system: System;

  before(async () => {
    system = await System.start({ gateways: 2 });
  });

  after(() => system.stop());

  it('follows its buyer over gateways, and is nobody else’s', async () => {
    const tea = await createProduct(system, { price: 500, stock: 10 });
    const buyer = system.buyer();
    await putInCart(buyer, tea, 2);
    const elsewhere = system.buyer(buyer.name, 1);
    const line = {
      ...{ productId: tea, attemptId: null, name: '녹차', quantity: 2, price: 500 },
      ...{ currency: 'KRW', available: 10, holdExpiresAt: null },
    };
    const cart = { items: [line], total: 1_000, currency: 'KRW' };
    expect((await elsewhere.get('/api/cart')).body).to.deep.equal(cart);
    await putInCart(elsewhere, tea, 3);
    expect((await buyer.get('/api/cart')).body).to.deep.include({ total: 1_500 });
    const empty = { items: [], total: 0, currency: null };
    expect((await system.buyer().get('/api/cart')).body).to.deep.equal(empty);
    expect((await system.stranger().get('/api/cart')).status).to.equal(401);
    const removed = await buyer.delete(`/api/cart/items/${tea}`);
    expect(removed.status).to.equal(200);
    expect(removed.body).to.deep.equal(empty);
    expect((await buyer.delete(`/api/cart/items/${tea}`)).body).to.deep.equal(empty);
  });

  it('takes whole quantities from 1 to 1,000 of products that there are', async () => {
    const tea = await createProduct(system);
    const buyer = system.buyer();
    const put = (id: string, quantity: unknown) =>
      buyer.send('PUT', `/api/cart/items/${id}`, { quantity });
    for (const quantity of [0, -1, 1.5, 1_001, '2', null, 1e300]) {
      const { status, body } = await put(tea, quantity);
      expect({ status, code: body.code }, String(quantity)).to.deep.equal({
        status: 422,
        code: 'invalid-request',
      });
      expect(body.errors[0]).to.include({ path: 'quantity' });
    }
    for (const id of ['p-0000000000', 'nonsense', '%00']) {
      expect((await put(id, 1)).status, id).to.equal(404);
    }
    expect((await put(tea, 1_000)).status).to.equal(200);
    // There are ten: that is told when it is ordered.
    expect((await order(buyer)).body).to.include({ code: 'out-of-stock' });
    expect((await buyer.get('/api/cart')).body.items).to.have.length(1);
  });

  it('shows a hold with its deadline, until the hold ends', async () => {
    const sale = await system.createSale({ stock: 3, perBuyerLimit: 2 });
    const buyer = system.buyer();
    const attempt = await hold(buyer, sale, 2);
    const { body } = await buyer.get('/api/cart');
    expect(body).to.include({ total: 39_800, currency: 'KRW' });
    expect(body.items).to.have.length(1);
    const { id: attemptId, holdExpiresAt } = attempt;
    expect(body.items[0]).to.include({ attemptId, holdExpiresAt, quantity: 2, price: 19_900 });
    await buyer.delete(`/api/attempts/${attemptId}`);
    expect((await buyer.get('/api/cart')).body.items).to.deep.equal([]);
    const next = await hold(buyer, sale);
    await buyer.post(`/api/attempts/${next.id}/confirm`, { paymentReference: 'paid' });
    expect((await buyer.get('/api/cart')).body.items).to.deep.equal([]);
  });

  it('loses a hold at its deadline', async () => {
    const sale = await system.createSale({ stock: 1, holdSeconds: 1 });
    const buyer = system.buyer();
    await hold(buyer, sale);
    expect((await buyer.get('/api/cart')).body.items).to.have.length(1);
    await eventually(
      () => buyer.get('/api/cart'),
      ({ body }) => body.items.length === 0,
    );
  });

  it('does not show what its buyer only stands by for', async () => {
    const sale = await system.createSale({ stock: 1, standbyLimit: 5 });
    const holder = system.buyer();
    const first = await hold(holder, sale);
    const buyer = system.buyer();
    const { body } = await buyer.buy(sale);
    expect(await buyer.untilDecided(body.id)).to.include({ state: 'standby' });
    expect((await buyer.get('/api/cart')).body.items).to.deep.equal([]);
    await holder.delete(`/api/attempts/${first.id}`);
    const cart = await buyer.get('/api/cart');
    expect(cart.body.items.map((line: { attemptId: string }) => line.attemptId)).to.deep.equal([
      body.id,
    ]);
  });

  it('is ordered whole: holds of two lanes and ordinary goods', async () => {
    const tea = await createProduct(system, { price: 500, stock: 3 });
    const sales = [await system.createSale(), await system.createSale()];
    expect(new Set(sales.map((sale) => sale.split('-')[0]))).to.have.property('size', 2);
    const buyer = system.buyer();
    const holds = [await hold(buyer, sales[0] as string), await hold(buyer, sales[1] as string)];
    await putInCart(buyer, tea, 2);
    const { status, body } = await order(buyer);
    expect(status, JSON.stringify(body)).to.equal(201);
    expect(body).to.include({ state: 'placed', total: 40_800 });
    for (const { id } of holds) {
      const attempt = (await buyer.get(`/api/attempts/${id}`)).body;
      expect(attempt).to.include({ state: 'confirmed', orderId: body.id });
    }
    expect(await stockOf(system, tea)).to.equal(1);
    expect((await buyer.get('/api/cart')).body.items).to.deep.equal([]);
    expect((await buyer.get(`/api/orders/${body.id}`)).body).to.deep.equal(body);
  });
});
