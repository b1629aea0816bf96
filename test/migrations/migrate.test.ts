import { expect } from 'chai';
import type { Database } from '../../core/database.js';
import { migrate, pendingSteps, rollback } from '../../migrations/migrate.js';
import { TestDatabase } from '../support/test-database.js';

const STEPS = [
  '001-catalog',
  '002-lanes',
  '003-sales',
  '004-attempts',
  '005-ops',
  '006-orders',
  '007-archive',
  '008-lives',
  '009-old-keys',
  '010-insight',
  '011-growing-room',
];

describe('The migrations', () => {
  let database: TestDatabase;
  let db: Database;

  beforeEach(async () => {
    database = await TestDatabase.create();
    db = database.connect();
  });

  afterEach(() => database.drop());

  /** The schema as the server describes it, table by table. */
  async function schema(): Promise<Record<string, string>> {
    const [tables] = await db.raw('SHOW TABLES');
    const found: Record<string, string> = {};
    for (const row of tables as Record<string, string>[]) {
      const table = Object.values(row)[0] as string;
      if (table.startsWith('knex_')) continue;
      const [[created]] = await db.raw(`SHOW CREATE TABLE ${table}`);
      found[table] = created['Create Table'].replace(/ AUTO_INCREMENT=\d+/, '');
    }
    return found;
  }

  it('go up, down to nothing, and up again to the same schema', async () => {
    expect(await pendingSteps(db)).to.deep.equal(STEPS);
    expect(await migrate(db, 2)).to.deep.equal(STEPS);
    expect(await pendingSteps(db)).to.deep.equal([]);
    const first = await schema();
    expect(Object.keys(first)).to.have.members([
      'products',
      'lanes',
      'sales',
      'attempts',
      'used_keys',
      'ops_actions',
      'idempotency_keys',
      'orders',
      'order_lines',
      'cart_items',
      'lane_lives',
      'samples',
    ]);
    expect(await rollback(db)).to.have.members(STEPS);
    expect(await schema()).to.deep.equal({});
    expect(await migrate(db, 2)).to.deep.equal(STEPS);
    expect(await schema()).to.deep.equal(first);
  });

  it('are done once when five processes begin at the same moment', async () => {
    const done = await Promise.all(Array.from({ length: 5 }, () => migrate(database.connect(), 3)));
    expect(done.flat()).to.deep.equal(STEPS);
    const lanes = await db('lanes').orderBy('lane');
    expect(lanes.map(({ lane }) => lane)).to.deep.equal([0, 1, 2]);
  });

  it('free the lock that a crashed migration left behind', async () => {
    await migrate(db, 1);
    await db('knex_migrations_lock').update({ is_locked: 1 });
    expect(await migrate(db, 1)).to.deep.equal([]);
  });

  it('add lanes, never take one away, and leave those that are there alone', async () => {
    await migrate(db, 2);
    await db('lanes').where({ lane: 1 }).update({ fencing_token: 7, incarnation: 'alive' });
    await migrate(db, 4);
    await migrate(db, 1);
    const lanes = await db('lanes').orderBy('lane');
    expect(lanes.map(({ lane }) => lane)).to.deep.equal([0, 1, 2, 3]);
    expect(lanes[1]).to.include({ fencing_token: 7, incarnation: 'alive' });
  });

  it('keep ids apart that differ in case, accents or width alone', async () => {
    await migrate(db, 1);
    const ids = ['key', 'KEY', 'kéy', 'ｋｅｙ', ' key'];
    for (const request_key of ids) {
      const row = { scope: 's', request_key, body_hash: 'h', object_id: 'o', used_at: 1 };
      await db('idempotency_keys').insert(row);
    }
    expect(await db('idempotency_keys')).to.have.lengthOf(ids.length);
    expect(await db('idempotency_keys').where({ request_key: 'KEY' })).to.have.lengthOf(1);
  });

  it('make a schema that refuses counts that do not add up', async () => {
    await migrate(db, 1);
    const product = { id: 'p-1', name: 'x', description: '', price: 1, currency: 'KRW' };
    const goods = { ...product, version: 1, created_at: 1 };
    for (const [stock, available] of [
      [1, 2],
      [1, -1],
    ]) {
      const refused = await db('products')
        .insert({ ...goods, stock, available })
        .catch((error) => error);
      expect(refused).to.be.an('error');
    }
    await db('products').insert({ ...goods, stock: 1, available: 1 });
    const sale = { id: 's0-1', lane: 0, product_id: 'p-1', title: 'x', per_buyer_limit: 1 };
    const more = { hold_seconds: 1, standby_limit: 0, config_version: 1, created_at: 1 };
    for (const counts of [
      { total: 2, available: 1 },
      { total: 0, available: 1, held: -1 },
    ]) {
      const refused = await db('sales')
        .insert({ ...sale, ...more, ...counts })
        .catch((error) => error);
      expect(refused).to.be.an('error');
    }
    expect(await db('sales')).to.deep.equal([]);
  });
});
