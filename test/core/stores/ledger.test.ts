import { expect } from 'chai';
import { connectDatabase, type Database } from '../../../core/database.js';
import { tagOf } from '../../../core/domain/ids.js';
import type { FeedEntry } from '../../../core/feed.js';
import { createLog } from '../../../core/log.js';
import { type LedgerPosition, writeLedger } from '../../../core/stores/ledger.js';
import { ProductStore } from '../../../core/stores/products.js';
import { SaleStore } from '../../../core/stores/sales.js';
import { decide } from '../../../lua/decide.js';
import { leave } from '../../../lua/leave.js';
import { bindHold, unbindHold } from '../../../lua/pin.js';
import { readSale } from '../../../lua/read-sale.js';
import { pauseSale } from '../../../lua/switch.js';
import { migrate } from '../../../migrations/migrate.js';
import { configOf, entryOf, ScriptLane } from '../../support/script-lane.js';
import { Tap } from '../../support/tap.js';
import { TestDatabase } from '../../support/test-database.js';

describe('The ledger', () => {
  let lane: ScriptLane;
  let database: TestDatabase;
  let db: Database;
  let sale: string;

  before(async () => {
    lane = await ScriptLane.open();
  });

  beforeEach(async () => {
    await lane.reset();
    database = await TestDatabase.create();
    db = database.connect();
    await migrate(db, 1);
    const lanes = { incarnation: lane.incarnation, fencing_token: 1 };
    await db('lanes').where({ lane: 0 }).update(lanes);
    const { productId } = configOf();
    const goods = { name: 'x', description: '', price: 1, currency: 'KRW', stock: 0 };
    await new ProductStore(db).create(productId, goods, 1);
    sale = await lane.sale(2);
    await new SaleStore(db).create(sale, 0, configOf(), 2);
    await lane.enter([
      entryOf(sale, 'ann', { key: 'k|1' }),
      entryOf(sale, 'bob'),
      entryOf(sale, 'cid'),
    ]);
    await decide(lane.redis, lane.view(), sale);
    await lane.enter([entryOf(sale, 'ann', { key: 'k|2' })]);
    await pauseSale(lane.redis, lane.view(), sale, 'ops');
  });

  afterEach(() => database.drop());

  after(() => lane.close());

  function at(ledgerNumber: number, parts: Partial<LedgerPosition> = {}): LedgerPosition {
    const { incarnation } = lane;
    return { lane: 0, incarnation, fencingToken: 1, ledgerNumber, ...parts };
  }

  async function contents() {
    const tables = ['attempts', 'used_keys', 'sales', 'lanes'];
    const rows = await Promise.all(tables.map((table) => db(table).select()));
    return Object.fromEntries(tables.map((table, i) => [table, rows[i]]));
  }

  it('is what the feed says, whether it comes at once or entry by entry', async () => {
    const feed = await lane.feed();
    expect(await writeLedger(db, at(0), feed)).to.equal('written');
    const whole = await contents();
    expect(whole.lanes?.[0]).to.include({ ledger_number: feed.length });
    const rows = whole.attempts?.map(({ ticket, buyer_id, state, version }) => [
      ticket,
      buyer_id,
      state,
      version,
    ]);
    expect(rows).to.deep.equal([
      [1, 'ann', 'held', 2],
      [2, 'bob', 'held', 2],
      [3, 'cid', 'sold-out', 2],
    ]);
    expect(whole.used_keys?.map((row) => [row.request_key, row.ticket, row.status])).to.deep.equal([
      ['k|1', 1, 202],
      ['k|2', 1, 200],
    ]);
    const read = await readSale(lane.redis, lane.view(), sale);
    const row = await new SaleStore(db).find(sale);
    if (read.kind !== 'ok') throw new Error(read.kind);
    expect(row).to.deep.equal({ ...read.sale, lane: 0, feedNumber: feed.length });

    await db('attempts').delete();
    await db('used_keys').delete();
    await db('lanes').update({ ledger_number: 0 });
    for (const [i, entry] of feed.entries()) {
      expect(await writeLedger(db, at(i), [entry])).to.equal('written');
    }
    expect(await contents()).to.deep.equal(whole);
  });

  describe('of a long line', () => {
    let crowd: string;
    let feed: FeedEntry[];

    beforeEach(async () => {
      const fields = { standbyLimit: 15 };
      crowd = await lane.sale(20, fields);
      await new SaleStore(db).create(crowd, 0, configOf(fields), 20);
      const wishes = Array.from({ length: 60 }, (_none, i) =>
        entryOf(crowd, `buyer-${i}`, { quantity: i < 20 ? 1 : 1 + (i % 2) }),
      );
      await lane.enter(wishes.slice(0, 25));
      await lane.advance(1_000);
      await lane.enter(wishes.slice(25));
      for (const ticket of [10, 50]) {
        const attempt = { lane: 0, saleId: crowd, ticket, tag: tagOf(lane.incarnation) };
        await leave(lane.redis, lane.view(), attempt, `buyer-${ticket - 1}`);
      }
      await decide(lane.redis, lane.view(), crowd);
      feed = await lane.feed();
    });

    async function writeOneByOne(between: (entry: FeedEntry) => Promise<unknown>) {
      for (const [i, entry] of feed.entries()) {
        await between(entry);
        expect(await writeLedger(db, at(i), [entry])).to.equal('written');
      }
    }

    it('has a crowd that was decided alike as if each had been written by itself', async () => {
      await writeOneByOne(() => Promise.resolve());
      const single = await contents();
      for (const table of ['attempts', 'used_keys']) await db(table).delete();
      await db('lanes').update({ ledger_number: 0 });
      expect(await writeLedger(db, at(0), feed)).to.equal('written');
      expect(await contents()).to.deep.equal(single);
      const states = await db('attempts')
        .where({ sale_id: crowd })
        .groupBy('state')
        .select('state', db.raw('COUNT(*) AS attempts'));
      expect(Object.fromEntries(states.map((row) => [row.state, row.attempts]))).to.deep.equal({
        held: 20,
        standby: 15,
        'sold-out': 23,
        released: 2,
      });
    });

    it('has a row again that was missing when its attempt was decided with others', async () => {
      await writeOneByOne(async ({ kind, saleId }) => {
        if (kind !== 'decided' || saleId !== crowd) return;
        await db('attempts').where({ sale_id: crowd, ticket: 30 }).delete();
      });
      expect(await db('attempts').where({ sale_id: crowd, ticket: 30 }).first()).to.include({
        buyer_id: 'buyer-29',
        state: 'standby',
        version: 2,
      });
      expect(await db('attempts').where({ sale_id: crowd }).select()).to.have.length(60);
    });
  });

  it('tells when an attempt first stood by and was first held, whatever came after', async () => {
    const queue = await lane.sale(1, { standbyLimit: 1 });
    await new SaleStore(db).create(queue, 0, configOf({ standbyLimit: 1 }), 1);
    await lane.enterBuyers(queue, 'dan', 'eve');
    await lane.advance(1_000);
    await decide(lane.redis, lane.view(), queue);
    await lane.advance(1_000);
    const [dan, eve] = (await lane.feed()).at(-1)?.attempts() ?? [];
    if (!dan || !eve) throw new Error('nobody was decided');
    const of = (ticket: number) => ({ lane: 0, saleId: queue, ticket, tag: dan.tag });
    await bindHold(lane.redis, lane.view(), of(dan.ticket), 'dan', 'o-1');
    await lane.advance(1_000);
    await unbindHold(lane.redis, lane.view(), of(dan.ticket), 'dan', 'o-1');
    await lane.advance(1_000);
    await leave(lane.redis, lane.view(), of(dan.ticket), 'dan');
    const feed = await lane.feed();
    const times = feed.filter(({ saleId }) => saleId === queue).map(({ time }) => time);
    const [, entered, decided, , , left] = times;
    const told = [
      {
        ticket: 1,
        state: 'released',
        entered_at: entered,
        standby_at: null,
        held_at: decided,
        changed_at: left,
      },
      {
        ticket: 2,
        state: 'held',
        entered_at: entered,
        standby_at: decided,
        held_at: left,
        changed_at: left,
      },
    ];
    for (const atOnce of [feed.length, 1]) {
      await db('attempts').delete();
      await db('lanes').update({ ledger_number: 0 });
      for (let from = 0; from < feed.length; from += atOnce) {
        const entries = feed.slice(from, from + atOnce);
        expect(await writeLedger(db, at(from), entries)).to.equal('written');
      }
      const rows = await db('attempts')
        .where({ sale_id: queue })
        .orderBy('ticket')
        .select('ticket', 'state', 'entered_at', 'standby_at', 'held_at', 'changed_at');
      expect(rows).to.deep.equal(told);
    }
  });

  it('takes nothing from a writer that stands elsewhere, is of another life or was replaced', async () => {
    const feed = await lane.feed();
    await writeLedger(db, at(0), feed.slice(0, 2));
    const before = await contents();
    const rest = feed.slice(2);
    for (const position of [
      at(0),
      at(1),
      at(3),
      at(2, { fencingToken: 0 }),
      at(2, { fencingToken: 2 }),
      at(2, { incarnation: 'another' }),
      at(2, { lane: 9 }),
    ]) {
      expect(await writeLedger(db, position, rest)).to.equal('fenced');
    }
    expect(await contents()).to.deep.equal(before);
    expect(await writeLedger(db, at(2), rest)).to.equal('written');
  });

  it('leaves neither rows nor watermark when it is cut off in between', async () => {
    const feed = await lane.feed();
    const before = await contents();
    const wire = await Tap.open(database.url);
    const cut = connectDatabase(wire.url, createLog('worker', 'silent'), { max: 2 });
    try {
      const sprung = wire.spring(/COMMIT/, 'before');
      const refused = await writeLedger(cut, at(0), feed).catch((error: Error) => error);
      await sprung;
      expect(refused).to.be.an.instanceOf(Error);
      expect(await contents()).to.deep.equal(before);
    } finally {
      await cut.destroy();
      await wire.close();
    }
    expect(await writeLedger(db, at(0), feed)).to.equal('written');
  });

  it('takes the same run of entries from two writers at once only once', async () => {
    const feed = await lane.feed();
    const results = await Promise.all(
      [database.connect(), database.connect()].map((pool) => writeLedger(pool, at(0), feed)),
    );
    expect(results.sort()).to.deep.equal(['fenced', 'written']);
    expect((await contents()).attempts).to.have.lengthOf(3);
  });
});
