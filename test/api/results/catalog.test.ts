import { expect } from 'chai';
import type { Redis } from 'ioredis';
import { Catalog } from '../../../api/results/catalog.js';
import { ProductIndex } from '../../../api/search/product-index.js';
import type { Product } from '../../../core/contract.js';
import type { Database } from '../../../core/database.js';
import { CATALOG_KEY } from '../../../core/keys.js';
import { createLog } from '../../../core/log.js';
import type { RedisClient } from '../../../core/redis.js';
import { ProductStore } from '../../../core/stores/products.js';
import { migrate } from '../../../migrations/migrate.js';
import { ScriptLane } from '../../support/script-lane.js';
import { TestDatabase } from '../../support/test-database.js';

const SILENT = createLog('gateway', 'silent');

describe('The catalog of one gateway', () => {
  let lane: ScriptLane;
  let database: TestDatabase;
  let db: Database;
  let store: ProductStore;
  let product: Product;
  let running: Promise<void>;
  const stopped = new AbortController();

  before(async () => {
    lane = await ScriptLane.open();
    database = await TestDatabase.create();
    db = database.connect();
    await migrate(db, 1);
    store = new ProductStore(db);
    const fields = { name: 'x', description: '', price: 1, currency: 'KRW', stock: 5 };
    product = await store.create('p-0000000000', fields, 1);
  });

  after(async () => {
    stopped.abort();
    await running;
    await lane.close();
    await database.drop();
  });

  /** Does something each time that the catalog is about to read its stream. */
  function beforeEachRead(
    tail: RedisClient,
    act: (reads: number) => Promise<unknown>,
  ): RedisClient {
    let reads = 0;
    const read = tail.xread.bind(tail) as (...args: unknown[]) => Promise<unknown>;
    return Object.assign(tail, {
      xread: async (...args: unknown[]) => {
        reads += 1;
        await act(reads);
        return read(...args);
      },
    });
  }

  it('misses no change, also of a stream that was empty, between two of its reads', async () => {
    await lane.redis.del(CATALOG_KEY);
    let told: (product: Product) => void = () => undefined;
    const change = new Promise<Product>((resolve) => {
      told = resolve;
    });
    const other = new Catalog(lane.redis, store, SILENT, new ProductIndex(), () => undefined);
    const catalog = new Catalog(lane.redis, store, SILENT, new ProductIndex(), (changed) =>
      told(changed),
    );
    await catalog.find(product.id);
    const tail = beforeEachRead((lane.redis as Redis).duplicate(), async (reads) => {
      if (reads !== 2) return;
      const changed = await store.update(product.id, { price: 9 });
      if (changed.kind === 'ok') await other.announce(changed.product);
    });
    running = catalog.run(tail, stopped.signal);
    expect(await change).to.include({ id: product.id, price: 9, version: 2 });
    expect(catalog.remembered(product.id)).to.include({ price: 9 });
  });
});
