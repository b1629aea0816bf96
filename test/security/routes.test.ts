import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { routesOf } from '../../api/http/routes.js';
import type { Services } from '../../api/services.js';
import type { Client, Reply } from '../support/client.js';
import { expectProblem } from '../support/problems.js';
import { changedKeys, quietState, redisState } from '../support/redis-state.js';
import { createProduct, hold, order, putInCart } from '../support/shop.js';
import { mint, OPS_TOKEN, System } from '../support/system.js';
import { DOORS, doorsFor, PAGES, PAID } from './doors.js';

/** What belongs to one buyer. */
interface Belongings {
  readonly sale: string;
  readonly attempt: string;
  readonly order: string;
  readonly product: string;
}

describe('Every route', () => {
  let system: System;
  let alice: Client;
  let alices: Belongings;

  before(async () => {
    system = await System.start();
    alice = system.buyer('alice');
    const product = await createProduct(system);
    await putInCart(alice, product, 1);
    const placed = await order(alice, 'alices-order');
    expect(placed.status).to.equal(201);
    const sale = await system.createSale({ stock: 5, perBuyerLimit: 3 });
    const { id } = await hold(alice, sale);
    await putInCart(alice, product, 2);
    alices = { sale, attempt: id, order: placed.body.id, product };
  });

  after(() => system.stop());

  /** A route's path with Alice's ids in it. */
  function pathOf(path: string): string {
    const id = path.includes('/attempts/:id')
      ? alices.attempt
      : path.includes('/orders/:id')
        ? alices.order
        : path.includes('/products/')
          ? alices.product
          : alices.sale;
    return path.replace(':id', id).replace(':productId', alices.product);
  }

  function send(client: Client, method: string, path: string, body?: unknown): Promise<Reply> {
    return client.send(method, pathOf(path), body);
  }

  /** All that Alice can see of hers; what is left of the goods is everybody's. */
  async function alicesView(): Promise<unknown> {
    const paths = ['/api/cart', '/api/orders', '/api/attempts', `/api/attempts/${alices.attempt}`];
    const views = await Promise.all(paths.map((path) => alice.get(path)));
    const hers = (name: string, value: unknown) => (name === 'available' ? undefined : value);
    return JSON.parse(
      JSON.stringify(
        views.map(({ body }) => body),
        hers,
      ),
    );
  }

  it('is named here with who may use it', () => {
    // The table needs no services to be listed; nothing is called.
    const services = { stores: {}, config: {} } as unknown as Services;
    const routes = routesOf(services).map(({ method, path }) => `${method} ${path}`);
    expect(routes).to.have.members(Object.keys(DOORS));
  });

  it('that leads to a page is named here as well', () => {
    const pages = readFileSync('api/http/pages.ts', 'utf8');
    const found = [...pages.matchAll(/app\.get\('([^']+)'/g)].map(([, path]) => path);
    const board = readFileSync('api/http/queue-board.ts', 'utf8');
    found.push(/const PATH = '([^']+)'/.exec(board)?.[1]);
    expect(found).to.have.members(Object.keys(PAGES));
  });

  it('for buyers answers 401 to strangers and to operators', async () => {
    const before = await quietState(system.redis);
    for (const { method, path, door, route } of doorsFor('buyers')) {
      for (const client of [system.stranger(), system.ops()]) {
        const reply = await send(client, method, path, door.body);
        expect(reply.status, route).to.equal(401);
        expectProblem(reply, 401, 'unauthenticated');
      }
    }
    expect(changedKeys(before, await redisState(system.redis))).to.deep.equal([]);
  });

  it('for operators answers 401 to strangers and to buyers', async () => {
    const before = await quietState(system.redis);
    for (const { method, path, door, route } of doorsFor('operators')) {
      const reply = await send(system.stranger(), method, path, door.body);
      expect(reply.status, route).to.equal(401);
      expectProblem(reply, 401, 'unauthenticated');
      // A wrong token counts: after ten of them a minute the answer is 429, for every route.
      const { status } = await send(alice, method, path, door.body);
      expect(status, route).to.be.oneOf([401, 429]);
    }
    expect(changedKeys(before, await redisState(system.redis))).to.deep.equal([]);
  });

  it("by an id that is another buyer's answers 404, as if there were none, and changes nothing", async () => {
    const before = await alicesView();
    const mallory = system.buyer('mallory');
    for (const { method, path, door, route } of doorsFor('buyers')) {
      if (door.reach !== 'by id') continue;
      const reply = await send(mallory, method, path, door.body);
      expect(reply.status, route).to.equal(404);
      const nothing = path.replace(
        ':id',
        path.includes('orders') ? 'o-0000000000' : 'a0-zzzzzzzzzz-1-zzzzzz',
      );
      const none = await mallory.send(method, nothing, door.body);
      expect(none.body, route).to.deep.equal(reply.body);
    }
    expect(await alicesView()).to.deep.equal(before);
  });

  it("that answers with one's own shows and changes nothing of another buyer", async () => {
    const before = await alicesView();
    const mallory = system.buyer('mallory');
    const key = { 'idempotency-key': 'alices-order' };
    for (const { method, path, door, route } of doorsFor('buyers')) {
      if (door.reach !== 'own only') continue;
      const query = method === 'GET' ? '?buyerId=alice&sub=alice' : '';
      const reply = await mallory.send(method, `${pathOf(path)}${query}`, door.body, key);
      const text = JSON.stringify(reply.body);
      for (const secret of ['alice', alices.attempt, alices.order]) {
        expect(text, route).to.not.include(secret);
      }
    }
    expect(await alicesView()).to.deep.equal(before);
  });

  it('for anybody tells nothing of a buyer', async () => {
    for (const { method, path, route } of doorsFor('anybody')) {
      const reply = await send(system.stranger(), method, path, method === 'GET' ? undefined : {});
      const text = JSON.stringify(reply.body);
      for (const secret of ['alice', alices.attempt, alices.order]) {
        expect(text, route).to.not.include(secret);
      }
    }
  });

  it('for operators refuses their cookie from a foreign page whenever it changes something', async () => {
    const login = await system.stranger().post('/api/ops/session', { token: OPS_TOKEN });
    const cookie = (login.headers.getSetCookie()[0] ?? '').split(';')[0] as string;
    const before = await quietState(system.redis);
    const unsafe = doorsFor('operators').filter(({ method }) => method !== 'GET');
    for (const { method, path, door, route } of unsafe) {
      for (const origin of ['https://evil.example', 'null', `${alice.url}.evil.example`]) {
        const headers = { cookie, origin };
        const reply = await system.stranger().send(method, pathOf(path), door.body, headers);
        expect(reply.status, route).to.equal(403);
      }
    }
    expect(unsafe).to.have.length.above(5);
    expect(changedKeys(before, await redisState(system.redis))).to.deep.equal([]);
  });

  it('to a page for operators leads strangers to the login, buyers not in, and nowhere else', async () => {
    for (const [page, who] of Object.entries(PAGES)) {
      const query = '?next=https://evil.example&url=//evil.example';
      const { status, headers } = await system.stranger().get(`${pathOf(page)}${query}`);
      if (who === 'anybody') expect(status, page).to.equal(200);
      else expect([status, headers.get('location')], page).to.deep.equal([303, '/ops/login']);
      if (who === 'operators') expect((await alice.get(page)).status).to.be.oneOf([303, 429]);
    }
  });

  it('keeps its method, whatever a request says of another one', async () => {
    const before = await alicesView();
    for (const header of ['x-http-method-override', 'x-http-method', 'x-method-override']) {
      const headers = { [header]: 'DELETE' };
      const path = `/api/attempts/${alices.attempt}`;
      expectProblem(await alice.post(`${path}?_method=DELETE`, PAID, headers), 404, 'not-found');
      const read = await alice.send('GET', `${path}?_method=DELETE`, undefined, headers);
      expect(read.body.state).to.equal('held');
    }
    for (const method of ['TRACE', 'PROPFIND', 'COPY']) {
      const reply = await alice.send(method, '/api/cart').catch(() => ({ status: 0 }));
      expect(reply.status, method).to.be.oneOf([0, 404, 405]);
    }
    expect(await alicesView()).to.deep.equal(before);
  });

  it('takes a token by its header alone', async () => {
    const token = mint({ sub: 'alice' });
    const stranger = system.stranger();
    for (const query of [
      `token=${token}`,
      `access_token=${token}`,
      `authorization=Bearer ${token}`,
    ]) {
      expectProblem(await stranger.get(`/api/cart?${query}`), 401, 'unauthenticated');
    }
    const cookie = { cookie: `token=${token}; dropgate_ops=${token}` };
    expectProblem(
      await stranger.send('GET', '/api/cart', undefined, cookie),
      401,
      'unauthenticated',
    );
  });
});
