import { expect } from 'chai';
import type { Client } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import { createProduct, hold, order, putInCart, stockOf } from '../support/shop.js';
import { System } from '../support/system.js';
import { Tap } from '../support/tap.js';

describe('An order whose hold ends while it is being placed', () => {
  let system: System;
  let wire: Tap;
  /** The gateway whose way to MySQL is tapped. */
  let tapped: (buyer: Client) => Client;

  before(async () => {
    system = await System.start();
    wire = await Tap.open(system.servers.DATABASE_URL);
    await system.startGateway({ DATABASE_URL: wire.url });
    tapped = ({ name }) => system.buyer(name, 1);
  });

  after(async () => {
    await system.stop();
    await wire.close();
  });

  it('takes nothing, and names the hold', async () => {
    const tea = await createProduct(system, { stock: 3 });
    const sale = await system.createSale({ stock: 1, holdSeconds: 1 });
    const buyer = system.buyer();
    const { id } = await hold(buyer, sale);
    await putInCart(buyer, tea, 2);
    // The order is begun and its stock is taken; its answer comes when the hold is over.
    const late = wire.spring(/insert into `orders`/, 'after', async () => {
      await eventually(
        () => buyer.get(`/api/attempts/${id}`),
        ({ body }) => body.state === 'expired',
      );
      return 'go on';
    });
    const { status, body } = await order(tapped(buyer));
    await late;
    expect(status, JSON.stringify(body)).to.equal(410);
    expect(body.code).to.equal('hold-expired');
    expect(body.lines).to.have.length(1);
    expect(body.lines[0]).to.include({ attemptId: id, quantity: 1 });
    expect(await stockOf(system, tea)).to.equal(3);
    // The hold has left the cart; the rest can be ordered.
    expect((await buyer.get('/api/cart')).body.items).to.have.length(1);
    expect((await order(buyer)).body).to.include({ state: 'placed', total: 1_000 });
    const sold = (await buyer.get(`/api/sales/${sale}`)).body.stock;
    expect(sold).to.deep.equal({ total: 1, available: 1, held: 0, sold: 0 });
  });

  it('keeps a hold past its deadline once it is bound, and confirms it', async () => {
    const sale = await system.createSale({ stock: 1, holdSeconds: 1, standbyLimit: 5 });
    const buyer = system.buyer();
    const { id, holdExpiresAt } = await hold(buyer, sale);
    const rival = system.buyer();
    const { body: hopeful } = await rival.buy(sale);
    await rival.untilDecided(hopeful.id);
    const late = wire.spring(/update `orders` set `state` = 'placed'/, 'before', async () => {
      await eventually(
        () => system.stranger().get(`/api/sales/${sale}`),
        ({ body }) => body.serverTime > (holdExpiresAt as string),
      );
      return 'go on';
    });
    const { status, body } = await order(tapped(buyer));
    await late;
    expect(status, JSON.stringify(body)).to.equal(201);
    const confirmed = (await buyer.get(`/api/attempts/${id}`)).body;
    expect(confirmed).to.include({ state: 'confirmed', orderId: body.id });
    expect((await rival.get(`/api/attempts/${hopeful.id}`)).body).to.include({ state: 'sold-out' });
  });
});
