import { expect } from 'chai';
import type { Product, Sale } from '../../../core/contract.js';
import { laneOfSale } from '../../../core/domain/ids.js';
import { laneKeys, saleKeys } from '../../../core/keys.js';
import { Client, type Reply } from '../../support/client.js';
import { eventually } from '../../support/eventually.js';
import { expectProblem, pathsOf } from '../../support/problems.js';
import { OPS_TOKEN, System } from '../../support/system.js';

const ANNA = 'a-token-of-anna-with-24-characters';
const HOUR = 3_600_000;

function inFuture(ms: number): string {
  return new Date(Date.now() + ms).toISOString();
}

describe('What operators do', () => {
  let system: System;
  let ops: Client;
  let anna: Client;
  let product: Product;

  before(async () => {
    system = await System.start({
      gateways: 2,
      env: { OPS_TOKENS: `ops:${OPS_TOKEN},anna:${ANNA}` },
    });
    ops = system.ops();
    anna = new Client(system.urls[1] as string, ANNA, 'anna');
  });

  beforeEach(async () => {
    product = (await ops.post('/api/ops/products', { name: '인형', price: 19_900, stock: 5 })).body;
  });

  after(() => system.stop());

  function wish(fields: Record<string, unknown> = {}): Record<string, unknown> {
    return { productId: product.id, title: 'A sale', stock: 10, ...fields };
  }

  async function saleWith(fields: Record<string, unknown> = {}): Promise<Sale> {
    const reply = await ops.post('/api/ops/sales', wish(fields));
    expect(reply.status, JSON.stringify(reply.body)).to.equal(201);
    return reply.body;
  }

  function actionsOn(id: string): Promise<[name: string, action: string, detail: unknown][]> {
    return system
      .db('ops_actions')
      .where({ object_id: id })
      .orderBy('id')
      .then((rows) => rows.map((row) => [row.ops_name, row.action, JSON.parse(row.detail)]));
  }

  function expectPaths(reply: Reply, ...paths: string[]): void {
    expect(pathsOf(expectProblem(reply, 422, 'invalid-request'))).to.deep.equal(paths.sort());
  }

  describe('with products', () => {
    it('creates one with what was not said filled in', async () => {
      const reply = await ops.post('/api/ops/products', { name: ' 곰 ', price: 0 });
      expect(reply.status).to.equal(201);
      expect(reply.body).to.include({ name: '곰', description: '', price: 0, currency: 'KRW' });
      expect(reply.body).to.include({ stock: 0, available: 0, version: 1 });
      expect(reply.headers.get('location')).to.equal(`/api/products/${reply.body.id}`);
      const read = await system.stranger(1).get(`/api/products/${reply.body.id}`);
      expect(read.body).to.deep.equal(reply.body);
    });

    it('changes what is named and nothing else, and stock moves what is available', async () => {
      const path = `/api/ops/products/${product.id}`;
      await system.db('products').where({ id: product.id }).update({ available: 3 });
      const { status, body } = await ops.patch(path, { stock: 9, price: 1 });
      expect(status).to.equal(200);
      expect(body).to.deep.equal({ ...product, stock: 9, available: 7, price: 1, version: 2 });
      const taken = expectProblem(await ops.patch(path, { stock: 1 }), 409, 'stock-in-use');
      expect(taken.available).to.equal(7);
      const { body: stock } = await system.stranger().get(`/api/products/${product.id}/stock`);
      expect(stock).to.deep.equal({ productId: product.id, available: 7 });
    });

    it('refuses what is out of bounds, everything wrong at once', async () => {
      const wrong = { name: ' ', price: -1, currency: 'krw', stock: 10_000_001, description: 7 };
      const all = ['currency', 'description', 'name', 'price', 'stock'];
      expectPaths(await ops.post('/api/ops/products', wrong), ...all);
      expectPaths(await ops.patch(`/api/ops/products/${product.id}`, wrong), ...all);
      expectPaths(await ops.post('/api/ops/products', {}), 'name', 'price');
      for (const price of ['1', 1.5, null, 1e15, -1]) {
        expectPaths(await ops.post('/api/ops/products', { name: 'x', price }), 'price');
      }
      expectPaths(await ops.post('/api/ops/products', { name: 'a\u0000b', price: 1 }), 'name');
    });

    it('makes one product of two requests with one key', async () => {
      const body = { name: 'Once', price: 5 };
      const key = { 'idempotency-key': 'product one' };
      const first = await ops.post('/api/ops/products', body, key);
      const again = await ops.post('/api/ops/products', { price: 5, name: 'Once' }, key);
      expect([again.status, again.body]).to.deep.equal([201, first.body]);
      const other = await ops.post('/api/ops/products', { ...body, price: 6 }, key);
      expectProblem(other, 422, 'idempotency-key-reused');
      const others = await anna.post('/api/ops/products', { ...body, price: 6 }, key);
      expect(others.status).to.equal(201);
      expect(others.body.id).to.not.equal(first.body.id);
      expect(await system.db('products').where({ name: 'Once' })).to.have.lengthOf(2);
    });

    it('finds products whose names hold signs that SQL or a query language would take for its own', async () => {
      const texts = ['100% 양털', 'under_score', 'back\\slash', "it's"];
      for (const name of texts) await ops.post('/api/ops/products', { name, price: 1 });
      for (const name of texts) {
        for (const q of [name, name.slice(0, -1)]) {
          const found = await ops.get(`/api/products?q=${encodeURIComponent(q)}`);
          expect(found.status, `${q} ${JSON.stringify(found.body)}`).to.equal(200);
          expect(found.body.items[0]?.name, q).to.equal(name);
        }
      }
      const none = await ops.get(`/api/products?q=${encodeURIComponent("'; zzyzx -- %_")}`);
      expect(none.body).to.deep.equal({ items: [], nextCursor: null });
    });

    it('lists every product once, page by page', async () => {
      const all = (await ops.get('/api/products?limit=100')).body.items.map(
        ({ id }: Product) => id,
      );
      const seen: string[] = [];
      let path: string | null = '/api/products?limit=2';
      while (path !== null) {
        const { body }: Reply = await ops.get(path);
        seen.push(...body.items.map(({ id }: Product) => id));
        path = body.nextCursor && `/api/products?limit=2&cursor=${body.nextCursor}`;
      }
      expect(seen).to.deep.equal(all);
      expect(new Set(seen).size).to.equal(seen.length);
    });
  });

  describe('with a new sale', () => {
    it('gets it with what was not said filled in, open at once', async () => {
      const reply = await ops.post('/api/ops/sales', wish());
      expect(reply.status).to.equal(201);
      expect(reply.headers.get('location')).to.equal(`/api/sales/${reply.body.id}`);
      const { id, name, description, price, currency } = product;
      expect(reply.body).to.deep.include({
        product: { id, name, description, price, currency },
        title: 'A sale',
        state: 'open',
        opensAt: null,
        closesAt: null,
        stock: { total: 10, available: 10, held: 0, sold: 0 },
        perBuyerLimit: 1,
        holdSeconds: 300,
        standbyLimit: 0,
        line: { entered: 0, decided: 0, perSecond: 0, serving: 1 },
      });
      const read = await system.stranger(1).get(`/api/sales/${reply.body.id}`);
      expect(read.headers.get('cache-control')).to.equal('public, max-age=1');
      expect({ ...read.body, serverTime: 0 }).to.deep.equal({ ...reply.body, serverTime: 0 });
    });

    it('takes attempts on every gateway from the moment at which it is told of it', async () => {
      for (let round = 0; round < 5; round += 1) {
        const sale = await saleWith();
        const replies = await Promise.all(
          [0, 1].map((at) => system.buyer(undefined, at).buy(sale.id)),
        );
        expect(replies.map(({ status }) => status)).to.deep.equal([202, 202]);
      }
    });

    it('has every bound checked, and told by its path', async () => {
      const bounds = {
        stock: [-1, 10_000_001, 1.5, '1', null],
        perBuyerLimit: [0, 1_001, null],
        holdSeconds: [0, 86_401, '300'],
        standbyLimit: [-1, 100_001],
        title: ['', ' ', 'x'.repeat(201), 7, null],
        opensAt: ['tomorrow', '2026-01-01', 0, '2026-13-01T00:00:00Z', ''],
        closesAt: ['never', 4_102_444_800_000, '9999999-01-01T00:00:00Z'],
        productId: ['p-zzzzzzzzzz', '', 7, null, '__proto__'],
      };
      const rows = () => system.db('sales').count({ n: '*' }).first();
      const before = await rows();
      for (const [field, values] of Object.entries(bounds)) {
        for (const value of values) {
          expectPaths(await ops.post('/api/ops/sales', wish({ [field]: value })), field);
        }
      }
      expectPaths(await ops.post('/api/ops/sales', {}), 'productId', 'stock', 'title');
      expect(await rows()).to.deep.equal(before);
    });

    it('may have the outermost values of every bound', async () => {
      for (const fields of [
        { stock: 0, perBuyerLimit: 1, holdSeconds: 1, standbyLimit: 0 },
        { stock: 10_000_000, perBuyerLimit: 1_000, holdSeconds: 86_400, standbyLimit: 100_000 },
      ]) {
        const { stock, ...limits } = fields;
        const sale = await saleWith(fields);
        expect(sale).to.include(limits);
        expect(sale.stock).to.include({ total: stock, available: stock });
      }
    });

    it('closes later than it opens and later than now, or is not made', async () => {
      const wrong = [
        { closesAt: inFuture(-1_000) },
        { opensAt: inFuture(2 * HOUR), closesAt: inFuture(HOUR) },
        { opensAt: '2099-01-01T00:00:00.000Z', closesAt: '2099-01-01T00:00:00.000Z' },
        { opensAt: inFuture(-2 * HOUR), closesAt: inFuture(-HOUR) },
      ];
      for (const fields of wrong) {
        expectPaths(await ops.post('/api/ops/sales', wish(fields)), 'closesAt');
      }
      const [opensAt, closesAt] = ['2099-01-01T00:00:00+09:00', '2099-01-01T00:00:00.001+09:00'];
      const sale = await saleWith({ opensAt, closesAt });
      expect(sale.state).to.equal('scheduled');
      expect(sale.opensAt).to.equal('2098-12-31T15:00:00.000Z');
      expect((await saleWith({ opensAt: inFuture(-HOUR) })).state).to.equal('open');
    });

    it('is one sale for two requests, or ten at once, with one key', async () => {
      const body = wish({ title: 'Keyed', closesAt: inFuture(HOUR) });
      const key = { 'idempotency-key': 'sale one' };
      const replies = await Promise.all(
        Array.from({ length: 10 }, () => ops.post('/api/ops/sales', body, key)),
      );
      expect(new Set(replies.map(({ status }) => status))).to.deep.equal(new Set([201]));
      expect(new Set(replies.map(({ body: { id } }) => id)).size).to.equal(1);
      expect(await system.db('sales').where({ title: 'Keyed' })).to.have.lengthOf(1);
      const other = await ops.post('/api/ops/sales', { ...body, stock: 11 }, key);
      expectProblem(other, 422, 'idempotency-key-reused');
      await ops.post(`/api/ops/sales/${replies[0]?.body.id}/pause`);
      const again = await ops.post('/api/ops/sales', body, key);
      expect([again.status, again.body.state]).to.deep.equal([201, 'paused']);
    });

    it('that was refused is refused again under the same key, and made once it is right', async () => {
      const key = { 'idempotency-key': 'first wrong' };
      const wrong = wish({ opensAt: inFuture(2 * HOUR), closesAt: inFuture(HOUR) });
      expectPaths(await ops.post('/api/ops/sales', wrong, key), 'closesAt');
      expectPaths(await ops.post('/api/ops/sales', wrong, key), 'closesAt');
      const right = { ...wrong, closesAt: inFuture(3 * HOUR) };
      expect((await ops.post('/api/ops/sales', right, key)).status).to.equal(201);
    });

    it('may come in a body as deep as fits, with a key: what is not known is not looked at', async () => {
      const deep = `${'['.repeat(7_000)}${']'.repeat(7_000)}`;
      const key = { 'idempotency-key': 'deep' };
      const body = JSON.stringify(wish({ stock: 1 })).replace('{', `{"deep":${deep},`);
      expect((await ops.post('/api/ops/sales', body, key)).status).to.equal(201);
      const goods = `{"name":"x","price":1,"deep":${deep}}`;
      expect((await ops.post('/api/ops/products', goods, key)).status).to.equal(201);
    });
  });

  describe('with a sale that runs', () => {
    it('changes what is named and nothing else, everywhere', async () => {
      const sale = await saleWith({ closesAt: inFuture(HOUR) });
      const path = `/api/ops/sales/${sale.id}`;
      const { status, body } = await ops.patch(path, { title: '새 이름', perBuyerLimit: 4 });
      expect(status).to.equal(200);
      expect({ ...body, serverTime: 0 }).to.deep.equal({
        ...sale,
        title: '새 이름',
        perBuyerLimit: 4,
        serverTime: 0,
      });
      expect((await system.buyer(undefined, 1).buy(sale.id, 4)).status).to.equal(202);
      const row = await eventually(
        () => system.db('sales').where({ id: sale.id }).first(),
        ({ config_version }) => config_version === 2,
      );
      expect(row).to.include({ title: '새 이름', per_buyer_limit: 4 });
    });

    it('has every bound of a change checked, and the closing as well', async () => {
      const sale = await saleWith({ opensAt: inFuture(HOUR), closesAt: inFuture(2 * HOUR) });
      const path = `/api/ops/sales/${sale.id}`;
      const bounds = { perBuyerLimit: 0, holdSeconds: 86_401, standbyLimit: -1, title: '' };
      expectPaths(await ops.patch(path, bounds), ...Object.keys(bounds));
      expectPaths(await ops.patch(path, { closesAt: inFuture(-1) }), 'closesAt');
      expectPaths(await ops.patch(path, { closesAt: inFuture(HOUR / 2) }), 'closesAt');
      expectPaths(await ops.patch(path, { opensAt: inFuture(3 * HOUR) }), 'closesAt');
      const read = await system.stranger().get(`/api/sales/${sale.id}`);
      expect({ ...read.body, serverTime: 0 }).to.deep.equal({ ...sale, serverTime: 0 });
      const open = await ops.patch(path, { opensAt: null, closesAt: null });
      expect(open.body).to.include({ state: 'open', opensAt: null, closesAt: null });
    });

    it('loses no change when ten come at once', async () => {
      const sale = await saleWith();
      const path = `/api/ops/sales/${sale.id}`;
      const limits = Array.from({ length: 4 }, (_none, i) => i + 2);
      const replies = await Promise.all([
        ...limits.map((perBuyerLimit) => ops.patch(path, { perBuyerLimit })),
        anna.patch(path, { title: 'Changed meanwhile' }),
      ]);
      const done = replies.filter(({ status }) => status === 200);
      for (const reply of replies) if (reply.status !== 200) expectProblem(reply, 409, 'conflict');
      const version = await system.redis.hget(
        saleKeys(laneOfSale(sale.id) as number, sale.id).sale,
        'version',
      );
      expect(Number(version)).to.equal(1 + done.length);
      if (replies.at(-1)?.status === 200) {
        const { body } = await system.stranger().get(`/api/sales/${sale.id}`);
        expect(body.title).to.equal('Changed meanwhile');
      }
    });

    it('adds stock and takes back what is free, never what is held', async () => {
      const sale = await saleWith({ stock: 2, perBuyerLimit: 2 });
      const buyer = system.buyer();
      await buyer.untilDecided((await buyer.buy(sale.id, 2)).body.id);
      const path = `/api/ops/sales/${sale.id}/restock`;
      const more = await ops.post(path, { quantity: 3 });
      expect(more.body.stock).to.deep.equal({ total: 5, available: 3, held: 2, sold: 0 });
      const refused = expectProblem(await ops.post(path, { quantity: -4 }), 409, 'stock-in-use');
      expect(refused.available).to.equal(3);
      const less = await ops.post(path, { quantity: -3 });
      expect(less.body.stock).to.deep.equal({ total: 2, available: 0, held: 2, sold: 0 });
      expectPaths(await ops.post(path, { quantity: 10_000_000 }), 'quantity');
      for (const quantity of [0, 1.5, '1', null, 10_000_001, -10_000_001]) {
        expectPaths(await ops.post(path, { quantity }), 'quantity');
      }
      const { body } = await system.stranger().get(`/api/sales/${sale.id}`);
      expect(body.stock).to.deep.equal(less.body.stock);
    });

    it('restocks once for one key, by any gateway, and apart from other operators', async () => {
      const sale = await saleWith({ stock: 1 });
      const path = `/api/ops/sales/${sale.id}/restock`;
      const key = { 'idempotency-key': 'a|b:c' };
      const second = system.ops(1);
      const replies = await Promise.all(
        [ops, second, ops, second].map((client) => client.post(path, { quantity: 5 }, key)),
      );
      for (const { status, body } of replies) {
        expect([status, body.stock.total]).to.deep.equal([200, 6]);
      }
      expectProblem(await ops.post(path, { quantity: 6 }, key), 422, 'idempotency-key-reused');
      expect((await anna.post(path, { quantity: 6 }, key)).body.stock.total).to.equal(12);
    });

    it('pauses, resumes and closes, each as often as asked, and closing is final', async () => {
      const { id } = await saleWith();
      const states: [string, string][] = [
        ['pause', 'paused'],
        ['pause', 'paused'],
        ['resume', 'open'],
        ['resume', 'open'],
        ['close', 'closed'],
        ['close', 'closed'],
      ];
      for (const [action, state] of states) {
        const { status, body } = await ops.post(`/api/ops/sales/${id}/${action}`);
        expect([status, body.state]).to.deep.equal([200, state]);
      }
      for (const action of ['pause', 'resume']) {
        expectProblem(await ops.post(`/api/ops/sales/${id}/${action}`), 410, 'sale-closed');
      }
    });

    it('is listed newest first, by state when asked, page by page', async () => {
      const made = [await saleWith(), await saleWith(), await saleWith()].map(({ id }) => id);
      await ops.post(`/api/ops/sales/${made[1]}/pause`);
      const newest = (await ops.get('/api/sales?limit=3')).body.items.map(({ id }: Sale) => id);
      expect(newest).to.deep.equal([...made].reverse());
      const paused = await eventually(
        () => ops.get('/api/sales?state=paused&limit=100'),
        ({ body }) => body.items.some(({ id }: Sale) => id === made[1]),
      );
      expect(paused.body.items.every(({ state }: Sale) => state === 'paused')).to.equal(true);
      const all = (await ops.get('/api/sales?limit=100')).body.items.map(({ id }: Sale) => id);
      const seen: string[] = [];
      let path: string | null = '/api/sales?limit=4';
      while (path !== null) {
        const { body }: Reply = await ops.get(path);
        seen.push(...body.items.map(({ id }: Sale) => id));
        path = body.nextCursor && `/api/sales?limit=4&cursor=${body.nextCursor}`;
      }
      expect(seen).to.deep.equal(all);
    });
  });

  describe('to know how things stand', () => {
    it('compares Redis with the ledger, and the figures are those of both', async () => {
      const sale = await saleWith({ stock: 3, perBuyerLimit: 2 });
      const buyers = [system.buyer(), system.buyer(), system.buyer()];
      for (const buyer of buyers) await buyer.untilDecided((await buyer.buy(sale.id, 2)).body.id);
      const { body } = await eventually(
        () => ops.get(`/api/ops/sales/${sale.id}/audit`),
        ({ body: audit }) => audit.feedNumber === audit.ledgerNumber,
      );
      const lane = laneOfSale(sale.id) as number;
      const redis = await system.redis.hgetall(saleKeys(lane, sale.id).sale);
      const row = await system.db('sales').where({ id: sale.id }).first();
      for (const name of ['total', 'available', 'held', 'sold', 'waiting', 'standby']) {
        expect(body.redis[name], name).to.equal(Number(redis[name]));
        expect(body.ledger[name], name).to.equal(row[name]);
      }
      expect(body.redis).to.deep.equal({
        total: 3,
        available: 1,
        held: 2,
        sold: 0,
        waiting: 0,
        standby: 0,
      });
      expect(body).to.include({ saleId: sale.id, drift: false });
      expect(body.invariants.map(({ holds }: { holds: boolean }) => holds)).to.not.include(false);
      const held = await system.db('attempts').where({ sale_id: sale.id, state: 'held' });
      expect(held.map(({ quantity }) => quantity)).to.deep.equal([2]);
    });

    it('is shown drift when the ledger says something else', async () => {
      const sale = await saleWith();
      const path = `/api/ops/sales/${sale.id}/audit`;
      await eventually(
        () => ops.get(path),
        ({ body }) => body.feedNumber === body.ledgerNumber,
      );
      await system.db('sales').where({ id: sale.id }).update({ available: 9, held: 1 });
      const { body } = await ops.get(path);
      expect(body.drift).to.equal(true);
      expect(body.ledger).to.include({ available: 9, held: 1 });
      const broken = body.invariants.filter(({ holds }: { holds: boolean }) => !holds);
      expect(broken.map(({ id }: { id: number }) => id)).to.deep.equal([7, 5]);
    });

    it('sees every lane with its owner, its token and how far the ledger is', async () => {
      const { body } = await eventually(
        () => ops.get('/api/ops/lanes'),
        ({ body: lanes }) => lanes.items.every(({ lag }: { lag: number }) => lag === 0),
      );
      expect(body.items.map(({ lane }: { lane: number }) => lane)).to.deep.equal([0, 1]);
      for (const one of body.items) {
        const row = await system.db('lanes').where({ lane: one.lane }).first();
        const redis = await system.redis.hgetall(laneKeys(one.lane).lane);
        expect(one).to.include({ state: 'open', waiting: 0 });
        expect(one.owner).to.equal(await system.redis.get(laneKeys(one.lane).lease));
        expect(one.fencingToken).to.equal(row.fencing_token).and.equal(Number(redis.fencingToken));
        expect(one.incarnation).to.equal(row.incarnation).and.equal(redis.incarnation);
        expect(one.feedNumber).to.equal(Number(redis.feed)).and.equal(one.ledgerNumber);
      }
    });
  });

  it('is recorded with the name of the token that was used', async () => {
    const made = await anna.post('/api/ops/products', { name: 'Traced', price: 1 });
    await ops.patch(`/api/ops/products/${made.body.id}`, { price: 2 });
    expect(await actionsOn(made.body.id)).to.deep.equal([
      [
        'anna',
        'create-product',
        { name: 'Traced', description: '', price: 1, currency: 'KRW', stock: 0 },
      ],
      ['ops', 'update-product', { price: 2 }],
    ]);
    const { id } = await saleWith({ title: 'Traced' });
    await anna.patch(`/api/ops/sales/${id}`, { title: 'Traced again' });
    await anna.post(`/api/ops/sales/${id}/pause`);
    await ops.post(`/api/ops/sales/${id}/resume`);
    await anna.post(`/api/ops/sales/${id}/restock`, { quantity: -2 });
    expectProblem(
      await anna.post(`/api/ops/sales/${id}/restock`, { quantity: -9 }),
      409,
      'stock-in-use',
    );
    await ops.post(`/api/ops/sales/${id}/close`);
    const actions = await actionsOn(id);
    expect(actions.map(([name, action]) => `${name} ${action}`)).to.deep.equal([
      'ops create-sale',
      'anna update-sale',
      'anna pause-sale',
      'ops resume-sale',
      'anna restock-sale',
      'ops close-sale',
    ]);
    expect(actions[1]?.[2]).to.deep.equal({ title: 'Traced again' });
    expect(actions[4]?.[2]).to.deep.equal({ quantity: -2 });
  });
});
