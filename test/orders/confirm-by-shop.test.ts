import { expect } from 'chai';
import { createProduct, hold, order, putInCart } from '../support/shop.js';
import { System } from '../support/system.js';

describe('A shop whose own server confirms (BUYER_CONFIRM=off)', () => {
  let system: System;

  before(async () => {
    system = await System.start({ env: { BUYER_CONFIRM: 'off' } });
  });

  after(() => system.stop());

  it('refuses its buyers, confirms by ops, and records who did it', async () => {
    const sale = await system.createSale({ stock: 1 });
    const buyer = system.buyer();
    const { id } = await hold(buyer, sale);
    const body = { paymentReference: 'paid' };
    const refused = await buyer.post(`/api/attempts/${id}/confirm`, body);
    expect(refused.body).to.include({ status: 403, code: 'confirm-by-shop' });
    expect((await buyer.get(`/api/attempts/${id}`)).body).to.include({ state: 'held' });
    expect((await buyer.post(`/api/ops/attempts/${id}/confirm`, body)).status).to.equal(401);
    const confirmed = await system.ops().post(`/api/ops/attempts/${id}/confirm`, body);
    expect(confirmed.status, JSON.stringify(confirmed.body)).to.equal(200);
    expect(confirmed.body).to.include({ id, state: 'confirmed' });
    const placed = await buyer.get(`/api/orders/${confirmed.body.orderId}`);
    expect(placed.body).to.include({ state: 'placed', total: 19_900, paymentReference: 'paid' });
    const again = await system.ops().post(`/api/ops/attempts/${id}/confirm`, body);
    expect(again.body).to.deep.equal(confirmed.body);
    const trail = await system.db('ops_actions').where({ object_id: id });
    expect(trail.map(({ ops_name, action }) => [ops_name, action])).to.deep.include([
      'ops',
      'confirm-attempt',
    ]);
  });

  it('does not let a hold be ordered with the cart either, but ordinary goods', async () => {
    const buyer = system.buyer();
    await putInCart(buyer, await createProduct(system), 1);
    expect((await order(buyer)).status).to.equal(201);
    await hold(buyer, await system.createSale());
    expect((await order(buyer)).body).to.include({ status: 403, code: 'confirm-by-shop' });
  });
});
