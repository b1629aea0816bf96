import { expect } from 'chai';
import { connectDatabase, type Database } from '../../../core/database.js';
import { createLog } from '../../../core/log.js';
import { CartStore } from '../../../core/stores/carts.js';
import { OrderStore, type StoredOrder } from '../../../core/stores/orders.js';
import { ProductStore } from '../../../core/stores/products.js';
import { migrate } from '../../../migrations/migrate.js';
import { Tap } from '../../support/tap.js';
import { TestDatabase } from '../../support/test-database.js';

const TEA = 'p-0000000000';

const ORDER: StoredOrder = {
  id: 'o-0000000000',
  buyerId: 'ann',
  state: 'pending',
  settled: false,
  lines: [{ productId: TEA, attemptId: null, name: 'Tea', quantity: 2, price: 1 }],
  currency: 'KRW',
  paymentReference: 'paid',
  createdAt: 1,
};

describe('An order in MySQL', () => {
  let database: TestDatabase;
  let db: Database;
  let orders: OrderStore;

  beforeEach(async () => {
    database = await TestDatabase.create();
    db = database.connect();
    await migrate(db, 1);
    orders = new OrderStore(db);
    const tea = { name: 'Tea', description: '', price: 1, currency: 'KRW', stock: 5 };
    await new ProductStore(db).create(TEA, tea, 1);
    expect(await orders.begin(ORDER)).to.deep.equal({ kind: 'begun' });
  });

  afterEach(() => database.drop());

  async function available(): Promise<number | undefined> {
    return (await new ProductStore(db).find(TEA))?.available;
  }

  it('that was not committed has not begun, whatever the connection says', async () => {
    const wire = await Tap.open(database.url);
    const cut = connectDatabase(wire.url, createLog('gateway', 'silent'), { max: 1 });
    const next = { ...ORDER, id: 'o-1111111111' };
    try {
      const sprung = wire.spring(/COMMIT/, 'before');
      const refused = await new OrderStore(cut).begin(next).catch((error: Error) => error);
      await sprung;
      expect(refused).to.be.an.instanceOf(Error);
    } finally {
      await cut.destroy();
      await wire.close();
    }
    expect(await orders.find(next.id)).to.equal(null);
    expect(await available()).to.equal(3);
  });

  it('that wants what others take at the same moment is told so, and takes nothing', async () => {
    for (let round = 0; round < 10; round += 1) {
      const rivals = ['a', 'b', 'c', 'd'].map((name) => ({
        ...ORDER,
        id: `o-${name}-${round}`,
        lines: ORDER.lines.map((line) => ({ ...line, quantity: 3 })),
      }));
      const results = await Promise.all(rivals.map((rival) => orders.begin(rival)));
      const kinds = results.map(({ kind }) => kind).sort();
      expect(kinds).to.deep.equal(['begun', 'short', 'short', 'short']);
      const begun = rivals.find((_rival, i) => results[i]?.kind === 'begun') as StoredOrder;
      expect(await available()).to.equal(0);
      await orders.cancel(begun);
    }
  });

  it('that is placed takes from the cart what was ordered, and nothing else', async () => {
    const carts = new CartStore(db, () => 1);
    const cake = { name: 'Cake', description: '', price: 1, currency: 'KRW', stock: 5 };
    await new ProductStore(db).create('p-1111111111', cake, 1);
    await carts.put('ann', { productId: TEA, quantity: 2 });
    await carts.put('ann', { productId: 'p-1111111111', quantity: 1 });
    await orders.place(ORDER);
    expect(await carts.items('ann')).to.deep.equal([{ productId: 'p-1111111111', quantity: 1 }]);
  });

  it('that is given up puts its goods back once, and is placed no more', async () => {
    expect(await available()).to.equal(3);
    const given = [await orders.cancel(ORDER), await orders.cancel(ORDER)];
    expect(given).to.deep.equal([true, false]);
    expect(await orders.place(ORDER)).to.equal(false);
    expect(await available()).to.equal(5);
    expect((await orders.find(ORDER.id))?.state).to.equal('cancelled');
  });

  it('that is placed is given up no more, whoever comes late', async () => {
    expect([await orders.place(ORDER), await orders.cancel(ORDER)]).to.deep.equal([true, false]);
    expect(await available()).to.equal(3);
    expect((await orders.find(ORDER.id))?.state).to.equal('placed');
  });
});
