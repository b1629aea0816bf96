import { expect } from 'chai';
import type { Database } from '../../core/database.js';
import { ATTEMPT_STATES } from '../../core/domain/attempt.js';
import { type AttemptRef, tagOf } from '../../core/domain/ids.js';
import type { AttemptOrder } from '../../core/domain/order.js';
import { laneKeys } from '../../core/keys.js';
import { createLog } from '../../core/log.js';
import { writeLedger } from '../../core/stores/ledger.js';
import { LedgerReader } from '../../core/stores/ledger-reader.js';
import { ProductStore } from '../../core/stores/products.js';
import { SaleStore } from '../../core/stores/sales.js';
import { acquireLease } from '../../lua/acquire-lease.js';
import { beginRebuild, type NextLife } from '../../lua/begin-rebuild.js';
import { confirm } from '../../lua/confirm.js';
import { createLane } from '../../lua/create-lane.js';
import { decide } from '../../lua/decide.js';
import { expire } from '../../lua/expire.js';
import { leave } from '../../lua/leave.js';
import { openLife } from '../../lua/open-life.js';
import { bindHold } from '../../lua/pin.js';
import { rebuildSale } from '../../lua/rebuild-sale.js';
import { restock } from '../../lua/restock.js';
import { closeSale, pauseSale } from '../../lua/switch.js';
import { migrate } from '../../migrations/migrate.js';
import { LedgerContradiction, Rebuilder } from '../../workers/rebuilder.js';
import { configOf, entryOf, ScriptLane, WORKER } from '../support/script-lane.js';
import { TestDatabase } from '../support/test-database.js';

const SILENT = createLog('worker', 'silent');
const NEXT = 'nextlife0001';

describe('The rebuilder', () => {
  let lane: ScriptLane;
  let database: TestDatabase;
  let db: Database;
  let sale: string;
  let other: string;

  before(async () => {
    lane = await ScriptLane.open();
  });

  beforeEach(async () => {
    await lane.reset();
    database = await TestDatabase.create();
    db = database.connect();
    await migrate(db, 1);
    const { incarnation } = lane;
    await db('lanes').where({ lane: 0 }).update({ incarnation, fencing_token: 1 });
    const goods = { name: 'x', description: '', price: 1, currency: 'KRW', stock: 0 };
    await new ProductStore(db).create(configOf().productId, goods, 1);
    sale = await create(5, { standbyLimit: 9, holdSeconds: 10 });
    other = await create(7, { opensAt: 4_000_000_000_000, closesAt: 4_000_000_100_000 });
  });

  afterEach(() => database.drop());

  after(() => lane.close());

  async function create(total: number, fields: Parameters<ScriptLane['sale']>[1]): Promise<string> {
    const id = await lane.sale(total, fields);
    await new SaleStore(db).create(id, 0, configOf(fields), total);
    return id;
  }

  function attempt(ticket: number): AttemptRef {
    return { lane: 0, saleId: sale, ticket, tag: tagOf(lane.incarnation) };
  }

  function orderOf(ticket: number): AttemptOrder {
    const id = `o${sale.slice(1)}-${ticket}-${tagOf(lane.incarnation)}`;
    const { productId } = configOf();
    const goods = { productId, name: '인형 "x"', price: 19_900, currency: 'KRW' };
    return { id, paymentReference: 'paid|1', ...goods, createdAt: 1_700_000_000_001 };
  }

  /** A sale with an attempt in every state, keys of buyers and of a restock, and a line. */
  async function liveThrough(): Promise<void> {
    const view = lane.view();
    await lane.enter([
      entryOf(sale, 'ann', { key: 'k|1' }),
      entryOf(sale, 'bob', { quantity: 2 }),
      entryOf(sale, 'cid'),
      entryOf(sale, 'dan'),
    ]);
    await decide(lane.redis, view, sale);
    await confirm(lane.redis, view, attempt(1), 'ann', orderOf(1));
    await lane.advance(10_500);
    await expire(lane.redis, view, sale);
    await lane.enter([entryOf(sale, 'eve'), entryOf(sale, 'bob'), entryOf(sale, 'ann')]);
    await decide(lane.redis, view, sale);
    await bindHold(lane.redis, view, attempt(6), 'bob', 'c-order-of-a-cart');
    await leave(lane.redis, view, attempt(5), 'eve');
    await restock(lane.redis, view, { saleId: sale, quantity: 1, caller: 'ops', key: 'again' });
    await lane.enter(['fay', 'gus'].map((buyer) => entryOf(sale, buyer, { quantity: 3 })));
    await decide(lane.redis, view, sale);
    await lane.enter(['hal', 'ian', 'jon'].map((buyer) => entryOf(sale, buyer, { key: 'same' })));
    await lane.enter([entryOf(sale, 'hal', { key: 'other' })]);
    await leave(lane.redis, view, attempt(11), 'ian');
    await pauseSale(lane.redis, view, sale, 'ops');
    const closed = await create(3, {});
    await lane.enter([entryOf(closed, 'bob', { quantity: 4 })]);
    await decide(lane.redis, view, closed);
    await lane.enter([entryOf(closed, 'ann')]);
    await closeSale(lane.redis, view, closed);
    await decide(lane.redis, view, closed);
  }

  async function drain(): Promise<number> {
    const { incarnation } = lane;
    const ledgerNumber = (await db('lanes').first()).ledger_number;
    const entries = (await lane.feed()).filter(({ number }) => number > ledgerNumber);
    const position = { lane: 0, incarnation, fencingToken: 1, ledgerNumber };
    expect(await writeLedger(db, position, entries)).to.equal('written');
    return lane.feedNumber();
  }

  /** All of the database, each key by its kind, in an order that says nothing. */
  async function values(): Promise<Record<string, unknown>> {
    const all: Record<string, unknown> = {};
    for (const key of (await lane.redis.keys('*')).sort()) {
      const kind = await lane.redis.type(key);
      if (kind === 'hash') all[key] = await lane.redis.hgetall(key);
      if (kind === 'zset')
        all[key] = await lane.redis.zrangebyscore(key, '-inf', '+inf', 'WITHSCORES');
      if (kind === 'set') all[key] = (await lane.redis.smembers(key)).sort();
    }
    return all;
  }

  async function nextLife(ledgerNumber: number): Promise<NextLife> {
    await acquireLease(lane.redis, 0, WORKER, 60_000);
    const life = { lane: 0, incarnation: NEXT, fencingToken: 2, ledgerNumber };
    return { ...life, workerId: WORKER, runId: 'a-run' };
  }

  function rebuilder(): Rebuilder {
    return new Rebuilder(lane.redis, new LedgerReader(db), SILENT);
  }

  it('writes every key of every sale as it was, from an attempt in each state', async () => {
    await liveThrough();
    const ledgerNumber = await drain();
    const { [laneKeys(0).lane]: _lane, ...before } = await values();
    const states = new Set((await db('attempts')).map(({ state }) => state));
    expect([...states].sort()).to.deep.equal([...ATTEMPT_STATES].sort());
    await lane.redis.flushdb();
    const life = await nextLife(ledgerNumber);
    expect(await rebuilder().rebuild(life, null)).to.equal('ok');
    const { [laneKeys(0).lane]: after, ...rebuilt } = await values();
    const { [`dropgate:2:{lane-0}:batch-answer:${lane.incarnation}:gateway`]: _gone, ...kept } =
      before;
    expect(rebuilt).to.deep.equal(kept);
    expect(after).to.include({ incarnation: NEXT, fencingToken: '2', feed: String(ledgerNumber) });
    expect(await lane.redis.exists(laneKeys(0).rebuild)).to.equal(0);
  });

  it('clears what an older copy has beyond the ledger', async () => {
    await liveThrough();
    const ledgerNumber = await drain();
    const before = await values();
    const more = Array.from({ length: 30 }, (_none, i) => entryOf(other, `late-${i}`));
    await lane.redis.hset(`dropgate:2:{lane-0}:sale:${other}`, 'opensAt', '', 'opened', 1);
    await lane.enter([...more, entryOf(sale, 'kim')]);
    const life = await nextLife(ledgerNumber);
    expect(await rebuilder().rebuild(life, lane.incarnation)).to.equal('ok');
    for (const [key, value] of Object.entries(await values())) {
      if (/:(lane|batch-answer:.*)$/.test(key)) continue;
      expect(value, key).to.deep.equal(before[key]);
    }
  });

  it('goes through more attempts and keys than one step takes', async () => {
    const wide = await create(2_000, { perBuyerLimit: 2 });
    for (let from = 0; from < 1_201; from += 400) {
      const buyers = Array.from({ length: Math.min(400, 1_201 - from) }, (_none, i) => from + i);
      await lane.enter(buyers.map((n) => entryOf(wide, `b${n}`, { key: `key-${n % 7}` })));
    }
    const ledgerNumber = await drain();
    const before = await values();
    await lane.redis.flushdb();
    expect(await rebuilder().rebuild(await nextLife(ledgerNumber), null)).to.equal('ok');
    const after = await values();
    for (const name of ['sale', 'attempts', 'buyers', 'requests']) {
      const key = `dropgate:2:{lane-0}:${name}:${wide}`;
      expect(after[key], name).to.deep.equal(before[key]);
    }
  });

  it('changes nothing any more once another worker has begun anew, or has opened the lane', async () => {
    await liveThrough();
    const ledgerNumber = await drain();
    const old = await nextLife(ledgerNumber);
    expect(await beginRebuild(lane.redis, lane.incarnation, old)).to.equal('ok');
    const next = { ...old, incarnation: 'nextlife0002', fencingToken: 3 };
    expect(await beginRebuild(lane.redis, null, next)).to.equal('ok');
    const before = await values();
    expect(await rebuildSale(lane.redis, old, sale, null)).to.equal('lost');
    expect(await openLife(lane.redis, old, 0)).to.equal('lost');
    expect(await values()).to.deep.equal(before);
    expect(await rebuilder().rebuild({ ...next, incarnation: 'nextlife0003' }, null)).to.equal(
      'ok',
    );
    const open = await values();
    expect(await rebuildSale(lane.redis, next, sale, null)).to.equal('lost');
    expect(await beginRebuild(lane.redis, null, next)).to.equal('changed');
    expect(await openLife(lane.redis, next, 0)).to.equal('lost');
    expect(await values()).to.deep.equal(open);
  });

  it('writes nothing into a lane that is open, by whatever way it was opened', async () => {
    await liveThrough();
    const life = await nextLife(await drain());
    expect(await beginRebuild(lane.redis, lane.incarnation, life)).to.equal('ok');
    await createLane(lane.redis, 0, 'opened000001');
    const open = await values();
    expect(await rebuildSale(lane.redis, life, sale, null)).to.equal('lost');
    expect(await openLife(lane.redis, life, 0)).to.equal('lost');
    expect(await values()).to.deep.equal(open);
  });

  it('is refused without the lease', async () => {
    await liveThrough();
    const life = await nextLife(await drain());
    const before = await values();
    const stranger = { ...life, workerId: 'another-worker' };
    expect(await beginRebuild(lane.redis, lane.incarnation, stranger)).to.equal('lost');
    expect(await values()).to.deep.equal(before);
  });

  it('leaves the lane closed when the rows of the ledger do not add up', async () => {
    await liveThrough();
    const life = await nextLife(await drain());
    await db('attempts').where({ sale_id: sale, state: 'held' }).update({ state: 'released' });
    await expectContradiction(life);
  });

  it('leaves the lane closed when the ledger has a ticket without its attempt', async () => {
    await liveThrough();
    const life = await nextLife(await drain());
    const one = await db('attempts').where({ sale_id: sale, state: 'released' }).first();
    await db('attempts').where({ sale_id: sale, ticket: one.ticket }).delete();
    await expectContradiction(life);
  });

  async function expectContradiction(life: NextLife): Promise<void> {
    let failure: unknown;
    await rebuilder()
      .rebuild(life, lane.incarnation)
      .catch((error) => {
        failure = error;
      });
    expect(failure).to.be.instanceOf(LedgerContradiction);
    expect(await lane.redis.exists(laneKeys(0).lane)).to.equal(0);
  }
});
