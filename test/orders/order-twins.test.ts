import { expect } from 'chai';
import { eventually } from '../support/eventually.js';
import { createProduct, hold, order, putInCart, stockOf } from '../support/shop.js';
import { System } from '../support/system.js';
import { Tap } from '../support/tap.js';

describe('An order that is sent again while the first is under way', () => {
  let system: System;
  let wire: Tap;

  before(async () => {
    system = await System.start();
    wire = await Tap.open(system.servers.DATABASE_URL);
    await system.startGateway({ DATABASE_URL: wire.url });
  });

  after(async () => {
    await system.stop();
    await wire.close();
  });

  it('answers with the order, also when its twin has emptied the cart meanwhile', async () => {
    const tea = await createProduct(system, { stock: 5 });
    const buyer = system.buyer();
    await putInCart(buyer, tea, 1);
    let first = await order(system.buyer(), 'nothing-yet');
    const stood = wire.spring(/select .* from `cart_items`/, 'before', async () => {
      first = await order(buyer, 'my-key');
      return 'go on';
    });
    const second = await order(system.buyer(buyer.name, 1), 'my-key');
    await stood;
    expect(first.status).to.equal(201);
    expect(second.status, JSON.stringify(second.body)).to.equal(201);
    expect(second.body).to.deep.equal(first.body);
    expect(await stockOf(system, tea)).to.equal(4);
  });

  it('and was given up meanwhile lets its holds go, and is placed when it is sent again', async function () {
    this.timeout(60_000);
    const sale = await system.createSale({ stock: 1 });
    const buyer = system.buyer();
    const { id } = await hold(buyer, sale);
    // It is begun, and then nothing of it is heard until a worker has given it up and is done.
    const slow = wire.spring(/insert into `order_lines`/, 'before', async () => 'go on');
    const stood = slow.then(() =>
      wire.spring(/COMMIT/, 'after', async () => {
        await eventually(
          () => system.db('orders').where({ buyer_id: buyer.name }).select('state', 'settled'),
          ([row]) => row?.state === 'cancelled' && row.settled === 1,
          30_000,
        );
        return 'go on';
      }),
    );
    const late = await order(system.buyer(buyer.name, 1), 'my-key');
    await stood;
    expect(late.status, JSON.stringify(late.body)).to.equal(503);
    const { status, body } = await order(buyer, 'my-key');
    expect(status, JSON.stringify(body)).to.equal(201);
    const confirmed = (await buyer.get(`/api/attempts/${id}`)).body;
    expect(confirmed).to.include({ state: 'confirmed', orderId: body.id });
  });
});
