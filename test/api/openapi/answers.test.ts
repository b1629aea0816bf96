import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { OPERATIONS } from '../../../api/openapi/document.js';
import { buyBySocket, type Client, type Reply } from '../../support/client.js';
import { Described } from '../../support/described.js';
import { eventually } from '../../support/eventually.js';
import { createProduct, hold, order, putInCart } from '../../support/shop.js';
import { OPS_TOKEN, System } from '../../support/system.js';

/** One request that goes well, and one that does not, of each route. */
interface Tried {
  readonly good: () => Promise<Reply>;
  readonly bad: () => Promise<Reply>;
}

const NOBODYS = { origin: 'https://elsewhere.example' };

describe('What the API answers', () => {
  let system: System;
  let described: Described;
  let buyer: Client;
  let ops: Client;
  let product: string;
  let sale: string;

  before(async () => {
    system = await System.start();
    buyer = system.buyer();
    ops = system.ops();
    described = new Described((await buyer.get('/openapi.json')).body);
    product = await createProduct(system, { name: '녹차' });
    sale = await system.createSale({ stock: 1_000, perBuyerLimit: 5 });
  });

  after(() => system.stop());

  /** A new buyer, and what it holds. */
  async function holder() {
    const client = system.buyer();
    return { client, attempt: await hold(client, sale) };
  }

  /** A page that this server does not know asks: refused everywhere. */
  const foreign = (path: string) => () => system.stranger().send('GET', path, undefined, NOBODYS);

  async function login(): Promise<Reply> {
    return system.stranger().post('/api/ops/session', { token: OPS_TOKEN });
  }

  async function confirmed(path: (id: string) => string, by?: Client): Promise<Reply> {
    const { client, attempt } = await holder();
    return (by ?? client).post(path(attempt.id), { paymentReference: 'paid' });
  }

  const tried: Record<string, Tried> = {
    'GET /healthz': { good: () => buyer.get('/healthz'), bad: foreign('/healthz') },
    'GET /readyz': { good: () => buyer.get('/readyz'), bad: foreign('/readyz') },
    'GET /metrics': { good: () => buyer.get('/metrics'), bad: foreign('/metrics') },
    'GET /openapi.json': { good: () => buyer.get('/openapi.json'), bad: foreign('/openapi.json') },
    'POST /api/sessions': {
      good: () => system.stranger().post('/api/sessions'),
      bad: () => system.stranger().post('/api/sessions', undefined, NOBODYS),
    },
    'GET /api/products': {
      good: () => buyer.get('/api/products?limit=1'),
      bad: () => buyer.get('/api/products?limit=0'),
    },
    'GET /api/products/:id': {
      good: () => buyer.get(`/api/products/${product}`),
      bad: () => buyer.get('/api/products/p-0000000000'),
    },
    'GET /api/products/:id/stock': {
      good: () => buyer.get(`/api/products/${product}/stock`),
      bad: () => buyer.get('/api/products/none/stock'),
    },
    'GET /api/sales': {
      good: () => buyer.get('/api/sales'),
      bad: () => buyer.get('/api/sales?state=none'),
    },
    'GET /api/sales/:id': {
      good: () => buyer.get(`/api/sales/${sale}`),
      bad: () => buyer.get('/api/sales/s0-0000000000'),
    },
    'POST /api/sales/:id/attempts': {
      good: () => system.buyer().buy(sale),
      bad: async () => {
        const opensAt = new Date(Date.now() + 3_600_000).toISOString();
        return buyer.buy(await system.createSale({ opensAt }));
      },
    },
    'GET /api/attempts': {
      good: async () => (await holder()).client.get('/api/attempts'),
      bad: () => system.stranger().get('/api/attempts'),
    },
    'GET /api/attempts/:id': {
      good: async () => {
        const { client, attempt } = await holder();
        return client.get(`/api/attempts/${attempt.id}`);
      },
      bad: () => buyer.get('/api/attempts/none'),
    },
    'DELETE /api/attempts/:id': {
      good: async () => {
        const { client, attempt } = await holder();
        return client.delete(`/api/attempts/${attempt.id}`);
      },
      bad: async () => {
        const { client, attempt } = await holder();
        const path = `/api/attempts/${attempt.id}`;
        await client.post(`${path}/confirm`, { paymentReference: 'paid' });
        return client.delete(path);
      },
    },
    'POST /api/attempts/:id/confirm': {
      good: () => confirmed((id) => `/api/attempts/${id}/confirm`),
      bad: async () => {
        const { client, attempt } = await holder();
        await client.delete(`/api/attempts/${attempt.id}`);
        return client.post(`/api/attempts/${attempt.id}/confirm`, { paymentReference: 'paid' });
      },
    },
    'GET /api/cart': {
      good: async () => {
        const { client } = await holder();
        await putInCart(client, product, 1);
        return client.get('/api/cart');
      },
      bad: () => system.stranger().get('/api/cart'),
    },
    'PUT /api/cart/items/:productId': {
      good: () => buyer.send('PUT', `/api/cart/items/${product}`, { quantity: 2 }),
      bad: () => buyer.send('PUT', `/api/cart/items/${product}`, '{'),
    },
    'DELETE /api/cart/items/:productId': {
      good: () => buyer.delete(`/api/cart/items/${product}`),
      bad: () => system.stranger().delete(`/api/cart/items/${product}`),
    },
    'POST /api/orders': {
      good: async () => {
        const { client } = await holder();
        await putInCart(client, product, 1);
        return order(client);
      },
      bad: async () => {
        const client = system.buyer();
        await putInCart(client, product, 999);
        return order(client);
      },
    },
    'GET /api/orders': {
      good: async () => {
        const client = system.buyer();
        await putInCart(client, product, 1);
        await order(client);
        return client.get('/api/orders');
      },
      bad: () => buyer.get('/api/orders?cursor=none'),
    },
    'GET /api/orders/:id': {
      good: async () => {
        const client = system.buyer();
        await putInCart(client, product, 1);
        return client.get(`/api/orders/${(await order(client)).body.id}`);
      },
      bad: () => buyer.get('/api/orders/none'),
    },
    'POST /api/ops/session': {
      good: login,
      bad: () => system.stranger().post('/api/ops/session', { token: 'wrong' }),
    },
    'DELETE /api/ops/session': {
      good: () => system.stranger().delete('/api/ops/session'),
      bad: () => system.stranger().send('DELETE', '/api/ops/session', undefined, NOBODYS),
    },
    'POST /api/ops/products': {
      good: () => ops.post('/api/ops/products', { name: 'tea', price: 1 }),
      bad: () => ops.post('/api/ops/products', { name: '', price: -1 }),
    },
    'PATCH /api/ops/products/:id': {
      good: () => ops.patch(`/api/ops/products/${product}`, { description: 'green' }),
      bad: async () => {
        const sold = await createProduct(system, { stock: 1 });
        const client = system.buyer();
        await putInCart(client, sold, 1);
        await order(client);
        return ops.patch(`/api/ops/products/${sold}`, { stock: 0 });
      },
    },
    'POST /api/ops/sales': {
      good: () => ops.post('/api/ops/sales', { productId: product, title: 'A sale', stock: 1 }),
      bad: async () => {
        const key = { 'idempotency-key': randomUUID() };
        const body = { productId: product, title: 'A sale', stock: 1 };
        await ops.post('/api/ops/sales', body, key);
        return ops.post('/api/ops/sales', { ...body, stock: 2 }, key);
      },
    },
    'PATCH /api/ops/sales/:id': {
      good: () => ops.patch(`/api/ops/sales/${sale}`, { title: 'Another title' }),
      bad: () => ops.patch(`/api/ops/sales/${sale}`, { closesAt: '2020-01-01T00:00:00Z' }),
    },
    ...Object.fromEntries(
      ['pause', 'resume', 'close'].map((action) => [
        `POST /api/ops/sales/:id/${action}`,
        {
          good: async () => ops.post(`/api/ops/sales/${await system.createSale()}/${action}`),
          bad: () => ops.post(`/api/ops/sales/s0-0000000000/${action}`),
        },
      ]),
    ),
    'POST /api/ops/sales/:id/restock': {
      good: () => ops.post(`/api/ops/sales/${sale}/restock`, { quantity: 5 }),
      bad: () => ops.post(`/api/ops/sales/${sale}/restock`, { quantity: -1_000_000 }),
    },
    'POST /api/ops/attempts/:id/confirm': {
      good: () => confirmed((id) => `/api/ops/attempts/${id}/confirm`, ops),
      bad: async () => {
        const full = await system.createSale({ stock: 1, standbyLimit: 5 });
        await hold(system.buyer(), full);
        const second = system.buyer();
        const { id } = (await second.buy(full)).body;
        await second.untilDecided(id);
        return ops.post(`/api/ops/attempts/${id}/confirm`, { paymentReference: 'paid' });
      },
    },
    'GET /api/ops/sales/:id/audit': {
      good: () => ops.get(`/api/ops/sales/${sale}/audit`),
      bad: () => ops.get('/api/ops/sales/none/audit'),
    },
    'GET /api/ops/sales/:id/figures': {
      good: () => ops.get(`/api/ops/sales/${sale}/figures`),
      bad: () => ops.get(`/api/ops/sales/${sale}/figures?since=yesterday`),
    },
    'GET /api/ops/sales/:id/attempts': {
      good: async () => {
        const { client } = await holder();
        return eventually(
          () => ops.get(`/api/ops/sales/${sale}/attempts?buyerId=${client.name}`),
          ({ body }) => body.items[0]?.state === 'held',
        );
      },
      bad: () => ops.get(`/api/ops/sales/${sale}/attempts?ticket=0`),
    },
    'GET /api/ops/sales/:id/report': {
      good: () => ops.get(`/api/ops/sales/${sale}/report`),
      bad: () => ops.get('/api/ops/sales/none/report'),
    },
    'GET /api/ops/sales/:id/report.csv': {
      good: () => ops.get(`/api/ops/sales/${sale}/report.csv`),
      bad: () => ops.get('/api/ops/sales/none/report.csv'),
    },
    'GET /api/ops/actions': {
      good: () => ops.get('/api/ops/actions'),
      bad: () => ops.get('/api/ops/actions?limit=many'),
    },
    'GET /api/ops/lanes': {
      good: () => ops.get('/api/ops/lanes'),
      bad: () => system.stranger().get('/api/ops/lanes'),
    },
  };

  it('is tried here for every route that is described', () => {
    expect(Object.keys(tried)).to.have.members(Object.keys(OPERATIONS));
  });

  for (const [route, { good, bad }] of Object.entries(tried)) {
    it(`to ${route} is what the description says, well or not`, async () => {
      const reply = await good();
      expect(reply.status, JSON.stringify(reply.body)).to.be.within(200, 299);
      described.expect(route, reply);
      const refusal = await bad();
      expect(refusal.status, JSON.stringify(refusal.body)).to.be.within(400, 499);
      described.expect(route, refusal);
    });
  }

  it('is not taken for described when a member is missing, is new, or has another type', async () => {
    const reply = await buyer.get(`/api/sales/${sale}`);
    const { serverTime: _gone, ...less } = reply.body;
    const wrong = [less, { ...reply.body, more: 1 }, { ...reply.body, title: 1 }];
    for (const body of wrong) {
      expect(() => described.expect('GET /api/sales/:id', { ...reply, body })).to.throw();
    }
    const refusal = await buyer.get('/api/sales/none');
    const other = { ...refusal, body: { ...refusal.body, code: 'sold-out' } };
    expect(() => described.expect('GET /api/sales/:id', other)).to.throw();
  });

  it('over a socket is what the description says', async () => {
    const { socket, attempts } = await system.buyer().connect();
    expect(attempts).to.deep.equal([]);
    const changed = new Promise((resolve) => socket.once('attempt', resolve));
    const told = new Promise((resolve) => socket.once('sale', resolve));
    const watched = await socket.emitWithAck('watch', { saleId: sale });
    expect(watched).to.include({ ok: true });
    described.expectComponent('WatchAck', watched);
    described.expectComponent('AttemptAck', await buyBySocket(socket, sale));
    described.expectComponent('AttemptAck', await buyBySocket(socket, sale, 'two'));
    described.expectComponent('Attempt', await changed);
    described.expectComponent('Sale', await told);
    const stock = new Promise((resolve) => socket.once('stock', resolve));
    await ops.patch(`/api/ops/products/${product}`, { stock: 77 });
    described.expectComponent('ProductStock', await stock);
    described.expectComponent('UnwatchAck', await socket.emitWithAck('unwatch', { saleId: sale }));
    socket.close();
  });
});
