import { expect } from 'chai';
import type { Attempt } from '../../core/contract.js';
import { eventually } from '../support/eventually.js';
import { aroundOf, Fragile, type Step } from '../support/fragile.js';
import { createProduct, hold, order, putInCart, stockOf } from '../support/shop.js';
import { System } from '../support/system.js';

const BEGIN = /insert into `orders`/;
const PLACE = /update `orders` set `state` = 'placed'/;
const COMMIT = /COMMIT/;
const BIND = /\r\nbind\r\n/;
/** Only a confirmation names the key of a sale's orders. */
const CONFIRM = /:orders:s/;
const SETTLED = /update `orders` set `settled` = 1/;
const CANCEL = /update `orders` set `state` = 'cancelled'/;
const UNBIND = /\r\nunbind\r\n/;

const GATEWAY_STEPS: readonly Step[] = [
  ...aroundOf('its key is claimed', 'mysql', /insert into `idempotency_keys`/),
  ...aroundOf('it is written down as pending', 'mysql', BEGIN),
  ...aroundOf('it is begun', 'mysql', BEGIN, COMMIT),
  ...aroundOf('its hold is bound', 'redis', BIND),
  ...aroundOf('it is written down as placed', 'mysql', PLACE),
  ...aroundOf('it is placed', 'mysql', PLACE, COMMIT),
  ...aroundOf('its hold is confirmed', 'redis', CONFIRM),
  ...aroundOf('it is settled', 'mysql', SETTLED),
];

/** What a worker does with a pending order, and with a placed one, that nobody works on. */
const CANCEL_STEPS: readonly Step[] = [
  ...aroundOf('it is written down as cancelled', 'mysql', CANCEL),
  ...aroundOf('it is cancelled', 'mysql', CANCEL, COMMIT),
  ...aroundOf('its hold is let go', 'redis', UNBIND),
  ...aroundOf('it is settled', 'mysql', SETTLED),
];
const FINISH_STEPS: readonly Step[] = [
  ...aroundOf('its hold is confirmed', 'redis', CONFIRM),
  ...aroundOf('it is settled', 'mysql', SETTLED),
];

/** A buyer with a hold and two units of ordinary goods in the cart. */
interface Case {
  readonly name: string;
  readonly key: string;
  readonly attempt: Attempt;
  readonly sale: string;
  readonly product: string;
}

describe('An order whose process is killed', () => {
  let system: System;
  let fragile: Fragile;

  before(async () => {
    system = await System.start();
    fragile = await Fragile.open(system);
    await system.startGateway(fragile.env);
    // Redis knows every script by its hash from here on.
    await order(system.buyer((await newCase('warm-up')).name), 'warm-up');
  });

  after(async () => {
    await system.stop();
    await fragile.close();
  });

  async function newCase(key: string): Promise<Case> {
    const product = await createProduct(system, { stock: 5, price: 500 });
    const sale = await system.createSale({ stock: 1 });
    const buyer = system.buyer();
    const attempt = await hold(buyer, sale);
    await putInCart(buyer, product, 2);
    return { name: buyer.name, key, attempt, sale, product };
  }

  /** Orders at the last gateway, which dies at the step; then there is a new one. */
  async function killGatewayAt(step: Step, { name, key }: Case): Promise<void> {
    const victim = system.gateways.at(-1);
    const killed = fragile.killAt(step, () => victim as NonNullable<typeof victim>);
    const buyer = system.buyer(name, system.urls.length - 1);
    const answer = order(buyer, key).catch(() => null);
    await killed;
    expect(await answer).to.equal(null);
    await system.startGateway(fragile.env);
  }

  function again({ name, key }: Case) {
    return order(system.buyer(name, system.urls.length - 1), key);
  }

  async function expectWhole({ name, attempt, sale, product }: Case, id: string): Promise<void> {
    const buyer = system.buyer(name);
    const orders = (await buyer.get('/api/orders')).body.items;
    const placed = orders.filter(({ state }: { state: string }) => state === 'placed');
    expect(placed).to.have.length(1);
    expect(placed[0]).to.include({ id, total: 20_900 });
    expect((await buyer.get(`/api/orders/${id}`)).body).to.deep.equal(placed[0]);
    const confirmed = (await buyer.get(`/api/attempts/${attempt.id}`)).body;
    expect(confirmed).to.include({ state: 'confirmed', orderId: id });
    const { stock } = (await buyer.get(`/api/sales/${sale}`)).body;
    expect(stock).to.deep.equal({ total: 1, available: 0, held: 0, sold: 1 });
    expect(await stockOf(system, product)).to.equal(3);
    expect((await buyer.get('/api/cart')).body.items).to.deep.equal([]);
  }

  async function expectNothing({ name, attempt, sale, product }: Case): Promise<void> {
    const buyer = system.buyer(name);
    const held = (await buyer.get(`/api/attempts/${attempt.id}`)).body;
    expect(held).to.deep.equal(attempt);
    const { stock } = (await buyer.get(`/api/sales/${sale}`)).body;
    expect(stock).to.deep.equal({ total: 1, available: 0, held: 1, sold: 0 });
    expect(await stockOf(system, product)).to.equal(5);
    expect((await buyer.get('/api/cart')).body.items).to.have.length(2);
  }

  /** Whole or not at all; and the retry answers with it, or places it. */
  async function expectEither(one: Case): Promise<void> {
    const rows = await system.db('orders').where({ buyer_id: one.name, state: 'placed' });
    const [placed] = rows;
    if (placed) await expectWhole(one, placed.id);
    else await expectNothing(one);
    const { status, body } = await again(one);
    expect(status, `${one.key}: ${JSON.stringify(body)}`).to.equal(201);
    if (placed) expect(body.id).to.equal(placed.id);
    await expectWhole(one, body.id);
  }

  async function untilSettled(): Promise<void> {
    await eventually(
      () => system.db('orders').where({ settled: 0 }).select('id', 'state'),
      (left) => left.length === 0,
      40_000,
    );
  }

  for (const step of GATEWAY_STEPS) {
    it(`${step.name}, at the gateway, is finished by its retry`, async () => {
      const one = await newCase('my-key');
      await killGatewayAt(step, one);
      const { status, body } = await again(one);
      expect(status, JSON.stringify(body)).to.equal(201);
      await expectWhole(one, body.id);
      const twice = await again(one);
      expect({ status: twice.status, body: twice.body }).to.deep.equal({ status, body });
    });
  }

  it('at any step, at the gateway, is whole or nothing by itself', async function () {
    this.timeout(120_000);
    const cases: Case[] = [];
    for (const step of GATEWAY_STEPS) {
      const one = await newCase(step.name);
      cases.push(one);
      await killGatewayAt(step, one);
    }
    await untilSettled();
    for (const one of cases) await expectEither(one);
  });

  it('and whose worker is killed at any step, too, is whole or nothing', async function () {
    this.timeout(180_000);
    const cases = [await newCase('to be cancelled'), await newCase('to be finished')];
    const left = [BIND, CONFIRM].map((needle, i): Step => {
      return { name: '', wire: 'redis', path: [needle], moment: i === 0 ? 'after' : 'before' };
    });
    for (const [i, one] of cases.entries()) await killGatewayAt(left[i] as Step, one);
    for (const worker of system.workers) await worker.end('SIGTERM');
    for (const step of [...CANCEL_STEPS, ...FINISH_STEPS]) {
      const killed = fragile.killAt(step, () => system.workers.at(-1) as never);
      // It may die before it has said that it runs.
      await Promise.all([killed, system.startWorker(fragile.env).catch(() => undefined)]);
    }
    await system.startWorker();
    await untilSettled();
    const [cancelled, finished] = cases as [Case, Case];
    await eventually(
      () => system.buyer().get(`/api/sales/${cancelled.sale}`),
      ({ status }) => status === 200,
    );
    await expectNothing(cancelled);
    await expectEither(cancelled);
    await expectEither(finished);
  });
});
