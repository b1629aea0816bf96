import { expect } from 'chai';
import { eventually } from '../support/eventually.js';
import { System } from '../support/system.js';

/** Sold out is: nothing available, and no standby place free or nothing held any more. */
describe('The door of a sale that is sold out', () => {
  let system: System;

  before(async () => {
    system = await System.start({ gateways: 2 });
  });

  after(() => system.stop());

  async function knock(sale: string, gateway = 0): Promise<string> {
    const { status, body } = await system.buyer(undefined, gateway).buy(sale);
    return status === 202 ? 'in' : `${status} ${body.code}`;
  }

  /** Both gateways answer so, now and again: each has heard of it. */
  async function untilBothSay(sale: string, word: string): Promise<void> {
    for (const gateway of [0, 1]) {
      await eventually(
        () => knock(sale, gateway),
        (answer) => answer === word,
      );
      expect(await knock(sale, gateway)).to.equal(word);
    }
  }

  it('answers 410 without standby places, and lets in again once a hold is released', async () => {
    const sale = await system.createSale({ stock: 1 });
    const buyer = system.buyer();
    const { body } = await buyer.buy(sale);
    await buyer.untilDecided(body.id);
    await untilBothSay(sale, '410 sold-out');
    await buyer.delete(`/api/attempts/${body.id}`);
    await eventually(
      () => knock(sale, 1),
      (answer) => answer === 'in',
    );
    await untilBothSay(sale, '410 sold-out');
  });

  it('lets in while a standby place is free and something is held, and not one more', async () => {
    const sale = await system.createSale({ stock: 1, standbyLimit: 2 });
    const buyer = system.buyer();
    const { body } = await buyer.buy(sale);
    await buyer.untilDecided(body.id);
    for (const gateway of [0, 1]) {
      const hopeful = system.buyer(undefined, gateway);
      const reply = await hopeful.buy(sale);
      expect(reply.status).to.equal(202);
      expect(await hopeful.untilDecided(reply.body.id)).to.include({ state: 'standby' });
    }
    await untilBothSay(sale, '410 sold-out');
  });

  it('answers 410 with standby places free when nothing is held any more', async () => {
    const sale = await system.createSale({ stock: 1, standbyLimit: 100 });
    const buyer = system.buyer();
    const { body } = await buyer.buy(sale);
    await buyer.untilDecided(body.id);
    await buyer.post(`/api/attempts/${body.id}/confirm`, { paymentReference: 'paid' });
    await untilBothSay(sale, '410 sold-out');
  });

  it('still answers who has a live attempt or a known key, on both gateways', async () => {
    const sale = await system.createSale({ stock: 1 });
    const holder = system.buyer();
    const { body } = await holder.buy(sale, 1, 'my-key');
    await holder.untilDecided(body.id);
    await untilBothSay(sale, '410 sold-out');
    const elsewhere = system.buyer(holder.name, 1);
    const live = await elsewhere.buy(sale);
    expect(live.status).to.equal(200);
    expect(live.body).to.include({ id: body.id, state: 'held' });
    await holder.post(`/api/attempts/${body.id}/confirm`, { paymentReference: 'paid' });
    const known = await elsewhere.buy(sale, 1, 'my-key');
    expect(known.status).to.equal(202);
    expect(known.body).to.include({ id: body.id, state: 'confirmed' });
    expect((await elsewhere.buy(sale, 1, 'another')).body).to.include({ code: 'over-limit' });
  });

  it('knows who got in when stock came back, once it is sold out again', async () => {
    const sale = await system.createSale({ stock: 1 });
    const [first, next] = [system.buyer(), system.buyer()];
    const { body } = await first.buy(sale);
    await first.untilDecided(body.id);
    await untilBothSay(sale, '410 sold-out');
    await first.delete(`/api/attempts/${body.id}`);
    const got = await eventually(
      () => next.buy(sale),
      ({ status }) => status === 202,
    );
    await next.untilDecided(got.body.id);
    await untilBothSay(sale, '410 sold-out');
    for (const gateway of [0, 1]) {
      const again = await system.buyer(next.name, gateway).buy(sale);
      expect(again.status).to.equal(200);
      expect(again.body).to.include({ id: got.body.id, state: 'held' });
    }
  });

  it('says what comes first: pause, close and limit before sold out', async () => {
    const sale = await system.createSale({ stock: 1 });
    const buyer = system.buyer();
    await buyer.untilDecided((await buyer.buy(sale)).body.id);
    await untilBothSay(sale, '410 sold-out');
    expect((await system.buyer().buy(sale, 2)).body).to.include({ code: 'over-limit' });
    const ops = system.ops();
    await ops.post(`/api/ops/sales/${sale}/pause`);
    await untilBothSay(sale, '409 sale-paused');
    await ops.post(`/api/ops/sales/${sale}/resume`);
    await untilBothSay(sale, '410 sold-out');
    await ops.post(`/api/ops/sales/${sale}/close`);
    await untilBothSay(sale, '410 sale-closed');
  });

  it('asks Redis nothing for a buyer who never entered', async () => {
    const sale = await system.createSale({ stock: 1 });
    const buyer = system.buyer();
    await buyer.untilDecided((await buyer.buy(sale)).body.id);
    await untilBothSay(sale, '410 sold-out');
    // Redis stands still for a while: what is answered before it goes on came from memory.
    await system.redis.client('PAUSE', 2_500, 'ALL');
    let goesOn = false;
    const pong = system.redis.ping().then(() => {
      goesOn = true;
    });
    const answers = await Promise.all(Array.from({ length: 20 }, () => knock(sale)));
    expect(goesOn).to.equal(false);
    expect(answers).to.deep.equal(Array(20).fill('410 sold-out'));
    await pong;
  });
});
