import { expect } from 'chai';
import { eventually } from '../../support/eventually.js';
import { System } from '../../support/system.js';

describe('GET /api/products?q=', () => {
  let system: System;

  before(async () => {
    system = await System.start({ gateways: 2 });
  });

  after(() => system.stop());

  async function createProduct(name: string): Promise<string> {
    const { status, body } = await system.ops().post('/api/ops/products', { name, price: 1_000 });
    expect(status, JSON.stringify(body)).to.equal(201);
    return body.id;
  }

  async function found(q: string, gateway: number): Promise<string[]> {
    const { body } = await system
      .stranger(gateway)
      .get(`/api/products?limit=100&q=${encodeURIComponent(q)}`);
    return body.items.map(({ id }: { id: string }) => id);
  }

  it('gives every result once, page by page', async () => {
    const ids = [];
    for (let i = 1; i <= 23; i += 1) ids.push(await createProduct(`접이식 의자 ${i}호`));
    const seen: string[] = [];
    const sizes: number[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: string = cursor === '' ? '' : `&cursor=${cursor}`;
      const q = encodeURIComponent('의자');
      const { status, body } = await system.stranger().get(`/api/products?q=${q}&limit=5${page}`);
      expect(status).to.equal(200);
      seen.push(...body.items.map(({ id }: { id: string }) => id));
      sizes.push(body.items.length);
      cursor = body.nextCursor;
    }
    expect(sizes).to.deep.equal([5, 5, 5, 5, 3]);
    expect(seen.sort()).to.deep.equal(ids.sort());
  });

  it('refuses a cursor that it did not give', async () => {
    const { status, body } = await system.stranger().get('/api/products?q=a&cursor=nonsense');
    expect(status).to.equal(422);
    expect(body).to.include({ code: 'invalid-request' });
  });

  it('finds a new and a renamed product on the other gateway', async () => {
    const id = await createProduct('도자기 화분');
    await eventually(
      () => found('화분', 1),
      (ids) => ids.includes(id),
    );
    const renamed = await system.ops().patch(`/api/ops/products/${id}`, { name: '유리 꽃병' });
    expect(renamed.status).to.equal(200);
    await eventually(
      () => found('꽃병', 1),
      (ids) => ids.includes(id),
    );
    expect(await found('화분', 1)).to.deep.equal([]);
    expect(await found('화분', 0)).to.deep.equal([]);
  });

  it('finds what was there before the gateway was', async () => {
    const id = await createProduct('나무 책장');
    await system.startGateway();
    await eventually(
      () => found('책장', 2),
      (ids) => ids.includes(id),
    );
  });
});
