import { expect } from 'chai';
import type { Attempt } from '../../core/contract.js';
import type { Client } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import { SaleFeed } from '../support/sale-feed.js';
import { System } from '../support/system.js';

describe('Standby', () => {
  let system: System;

  before(async () => {
    system = await System.start({ gateways: 2 });
  });

  after(() => system.stop());

  /** A buyer and the attempt it has made. */
  interface Entrant {
    readonly buyer: Client;
    readonly id: string;
    now(): Promise<Attempt>;
    leave(): Promise<Attempt>;
    confirm(): Promise<Attempt>;
  }

  /** Enters one after the other, each of a quantity, and waits until all are decided. */
  async function enter<const Wishes extends readonly number[]>(
    sale: string,
    quantities: Wishes,
  ): Promise<{ [Place in keyof Wishes]: Entrant }> {
    const entrants: Entrant[] = [];
    for (const quantity of quantities) {
      const buyer = system.buyer();
      const { status, body } = await buyer.buy(sale, quantity);
      expect(status, JSON.stringify(body)).to.equal(202);
      const path = `/api/attempts/${body.id}`;
      entrants.push({
        buyer,
        id: body.id,
        now: async () => (await buyer.get(path)).body,
        leave: async () => (await buyer.delete(path)).body,
        confirm: async () =>
          (await buyer.post(`${path}/confirm`, { paymentReference: 'paid' })).body,
      });
    }
    for (const { buyer, id } of entrants) await buyer.untilDecided(id);
    return entrants as { [Place in keyof Wishes]: Entrant };
  }

  async function statesOf(entrants: readonly Entrant[]): Promise<string[]> {
    return Promise.all(entrants.map(async ({ now }) => (await now()).state));
  }

  async function restock(sale: string, quantity: number): Promise<void> {
    const { status } = await system.ops().post(`/api/ops/sales/${sale}/restock`, { quantity });
    expect(status).to.equal(200);
  }

  async function expectSound(sale: string): Promise<SaleFeed> {
    const feed = new SaleFeed(system.redis, sale);
    await feed.read();
    expect(feed.entries).to.not.have.length(0);
    expect(feed.stockFaults).to.deep.equal([]);
    return feed;
  }

  it('passes a bigger wish by, and serves it when enough comes back', async () => {
    const sale = await system.createSale({ stock: 4, standbyLimit: 10, perBuyerLimit: 3 });
    const all = await enter(sale, [1, 1, 2, 3, 1, 2]);
    expect(await statesOf(all.slice(0, 3))).to.deep.equal(['held', 'held', 'held']);
    expect(await statesOf(all.slice(3))).to.deep.equal(['standby', 'standby', 'standby']);
    const [one, two, three, big, small, middle] = all;
    await one.leave();
    // One unit: ticket 4 wants three and is passed by; ticket 5 fits.
    expect(await statesOf([big, small, middle])).to.deep.equal(['standby', 'held', 'standby']);
    await three.leave();
    // Two units: ticket 4 still does not fit; ticket 6 does.
    expect(await statesOf([big, middle])).to.deep.equal(['standby', 'held']);
    await two.leave();
    await small.leave();
    expect((await big.now()).state).to.equal('standby');
    await middle.leave();
    expect((await big.now()).state).to.equal('held');
    const feed = await expectSound(sale);
    expect(feed.served).to.deep.equal([1, 2, 3, 5, 6, 4]);
  });

  it('holds a new ticket only when none in standby fits', async () => {
    const sale = await system.createSale({ stock: 2, standbyLimit: 10, perBuyerLimit: 2 });
    const [one, two] = await enter(sale, [1, 2]);
    expect(await statesOf([one, two])).to.deep.equal(['held', 'standby']);
    const [three] = await enter(sale, [1]);
    expect((await three.now()).state).to.equal('held');
    const [four] = await enter(sale, [1]);
    expect(await four.now()).to.include({ state: 'standby', ahead: 1 });
    await one.leave();
    expect(await statesOf([two, four])).to.deep.equal(['standby', 'held']);
    await expectSound(sale);
  });

  it('is told how many stand before it, as they are served or leave', async () => {
    const sale = await system.createSale({ stock: 1, standbyLimit: 10 });
    const [holder, a, b, c] = await enter(sale, [1, 1, 1, 1]);
    const places = async () => Promise.all([a, b, c].map(async ({ now }) => (await now()).ahead));
    expect(await places()).to.deep.equal([0, 1, 2]);
    expect(await b.leave()).to.include({ state: 'released', ahead: null });
    expect(await places()).to.deep.equal([0, null, 1]);
    await holder.leave();
    expect(await places()).to.deep.equal([null, null, 0]);
  });

  it('is served by a restock, lowest ticket first, and so is the door on every gateway', async () => {
    const sale = await system.createSale({ stock: 1, standbyLimit: 2 });
    const all = await enter(sale, [1, 1, 1]);
    for (const gateway of [0, 1]) {
      const answer = await eventually(
        () => system.buyer(undefined, gateway).buy(sale),
        ({ status }) => status === 410,
      );
      expect(answer.body).to.include({ code: 'sold-out' });
    }
    await restock(sale, 3);
    expect(await statesOf(all)).to.deep.equal(['held', 'held', 'held']);
    const late = await eventually(
      () => system.buyer(undefined, 1).buy(sale),
      ({ status }) => status === 202,
    );
    expect(late.body).to.include({ ticket: 4 });
    const feed = await expectSound(sale);
    expect(feed.served.slice(0, 3)).to.deep.equal([1, 2, 3]);
  });

  it('is served by holds that expire', async () => {
    const sale = await system.createSale({ stock: 2, standbyLimit: 10, holdSeconds: 1 });
    const all = await enter(sale, [1, 1, 1, 1]);
    const next = all.slice(2);
    await eventually(
      () => statesOf(next),
      (states) => states.every((state) => state === 'held' || state === 'expired'),
    );
    expect(await statesOf(all.slice(0, 2))).to.deep.equal(['expired', 'expired']);
    const feed = await expectSound(sale);
    expect(feed.served).to.deep.equal([1, 2, 3, 4]);
  });

  it('ends what wants more than is left unsold, and all of it once all is confirmed', async () => {
    const sale = await system.createSale({ stock: 2, standbyLimit: 10, perBuyerLimit: 2 });
    const all = await enter(sale, [1, 1, 2, 1]);
    const [one, two, big, small] = all;
    expect(await statesOf(all)).to.deep.equal(['held', 'held', 'standby', 'standby']);
    await one.confirm();
    expect(await big.now()).to.include({ state: 'sold-out', ahead: null, reason: null });
    expect(await small.now()).to.include({ state: 'standby', ahead: 0 });
    await two.confirm();
    expect((await small.now()).state).to.equal('sold-out');
    const { body } = await system.stranger().get(`/api/sales/${sale}`);
    expect(body).to.include({ state: 'sold-out' });
    expect(body.stock).to.deep.equal({ total: 2, available: 0, held: 0, sold: 2 });
    await expectSound(sale);
  });

  it('ends every one of very many, also when one script call is not enough', async () => {
    const sale = await system.createSale({ stock: 1, standbyLimit: 1_200 });
    const [holder] = await enter(sale, [1]);
    const buyers = Array.from({ length: 1_100 }, () => system.buyer());
    const ids: string[] = [];
    for (let from = 0; from < buyers.length; from += 100) {
      const part = buyers.slice(from, from + 100);
      const replies = await Promise.all(part.map((buyer) => buyer.buy(sale)));
      ids.push(...replies.map(({ body }) => body.id));
    }
    const last = buyers.at(-1) as Client;
    await last.untilDecided(ids.at(-1) as string);
    await holder.confirm();
    const audit = await eventually(
      () => system.ops().get(`/api/ops/sales/${sale}/audit`),
      ({ body }) => body.redis.standby === 0 && body.ledger.standby === 0,
    );
    expect(audit.body.redis).to.include({ sold: 1, held: 0, waiting: 0 });
    const ended = await system.db('attempts').where({ sale_id: sale, state: 'sold-out' });
    expect(ended).to.have.length(1_100);
    await expectSound(sale);
  });

  it('is rejected when the sale closes, while holds keep their deadline', async () => {
    const sale = await system.createSale({ stock: 1, standbyLimit: 10 });
    const all = await enter(sale, [1, 1, 1]);
    await system.ops().post(`/api/ops/sales/${sale}/close`);
    const [holder, ...others] = all;
    await eventually(
      () => statesOf(others),
      (states) => states.every((state) => state === 'rejected'),
    );
    for (const { now } of others) expect(await now()).to.include({ reason: 'sale-closed' });
    expect(await holder.confirm()).to.include({ state: 'confirmed' });
    const { status, body } = await system.buyer().buy(sale);
    expect({ status, code: body.code }).to.deep.equal({ status: 410, code: 'sale-closed' });
    await expectSound(sale);
  });
});
