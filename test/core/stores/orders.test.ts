import { expect } from 'chai';
import type { Database } from '../../../core/database.js';
import { OrderStore, type StoredOrder } from '../../../core/stores/orders.js';
import { ProductStore } from '../../../core/stores/products.js';
import { migrate } from '../../../migrations/migrate.js';
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
