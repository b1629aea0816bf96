import { expect } from 'chai';
import { tagOf } from '../../core/domain/ids.js';
import { laneKeys, saleKeys } from '../../core/keys.js';
import { decide } from '../../lua/decide.js';
import type { EnterResult, EntryResult } from '../../lua/enter.js';
import { leave } from '../../lua/leave.js';
import { closeSale, pauseSale } from '../../lua/switch.js';
import { entryOf, ScriptLane } from '../support/script-lane.js';

/** What a batch came to, short: the ticket with how it was answered, or why there is none. */
function outcomes(result: EnterResult): string[] {
  if (result.kind !== 'ok') throw new Error(result.kind);
  return result.entries.map((entry: EntryResult) =>
    'record' in entry ? `${entry.kind} ${entry.record.ticket}` : entry.refusal,
  );
}

describe('A batch that enters', () => {
  let lane: ScriptLane;
  let sale: string;

  before(async () => {
    lane = await ScriptLane.open();
  });

  beforeEach(async () => {
    await lane.reset();
    sale = await lane.sale();
  });

  after(() => lane.close());

  it('gives tickets in its own order, sale by sale, without gaps', async () => {
    const other = await lane.sale();
    const result = await lane.enter([
      entryOf(sale, 'ann'),
      entryOf(other, 'ann'),
      entryOf('s0-nowherenow', 'ann'),
      entryOf(sale, 'bob'),
      entryOf(sale, 'ann'),
      entryOf(other, 'bob'),
    ]);
    expect(outcomes(result)).to.deep.equal([
      'accepted 1',
      'accepted 1',
      'sale-not-found',
      'accepted 2',
      'existing 1',
      'accepted 2',
    ]);
    expect(await lane.redis.smembers(laneKeys(0).lines)).to.have.members([sale, other]);
    const kinds = (await lane.feed()).map(({ kind, saleId }) => [kind, saleId]);
    expect(kinds.slice(2)).to.deep.equal([
      ['entered', sale],
      ['entered', other],
    ]);
  });

  it('is answered the same when it is sent again, and changes nothing', async () => {
    const batch = [
      entryOf(sale, 'ann', { key: 'k' }),
      entryOf(sale, 'bob', { quantity: 11 }),
      entryOf(sale, 'ann'),
    ];
    const first = await lane.enter(batch, { sequence: 7 });
    expect(outcomes(first)).to.deep.equal(['accepted 1', 'over-limit', 'existing 1']);
    await decide(lane.redis, lane.view(), sale);
    const before = await lane.contents();
    expect(await lane.enter(batch, { sequence: 7 })).to.deep.equal(first);
    expect(await lane.contents()).to.deep.equal(before);
  });

  it('is not taken for the batch of another gateway with the same number', async () => {
    await lane.enter([entryOf(sale, 'ann')], { sequence: 7, gatewayId: 'one' });
    const other = await lane.enter([entryOf(sale, 'bob')], { sequence: 7, gatewayId: 'two' });
    expect(outcomes(other)).to.deep.equal(['accepted 2']);
  });

  it('is stale, and changes nothing, after a later one of its gateway', async () => {
    await lane.enter([entryOf(sale, 'ann')], { sequence: 8 });
    const before = await lane.contents();
    for (const sequence of [7, 1]) {
      const late = await lane.enter([entryOf(sale, 'bob')], { sequence });
      expect(late).to.deep.equal({ kind: 'stale' });
    }
    expect(await lane.contents()).to.deep.equal(before);
    expect(outcomes(await lane.enter([entryOf(sale, 'bob')], { sequence: 10 }))).to.deep.equal([
      'accepted 2',
    ]);
  });

  it('is refused whole while 100,000 feed entries wait for the ledger', async () => {
    await lane.redis.hset(laneKeys(0).lane, 'feed', 100_000);
    const before = await lane.contents();
    expect(await lane.enter([entryOf(sale, 'ann')], { sequence: 3 })).to.deep.equal({
      kind: 'overloaded',
    });
    expect(await lane.contents()).to.deep.equal(before);
    await lane.redis.hset(laneKeys(0).lane, 'ledger', 1);
    expect(outcomes(await lane.enter([entryOf(sale, 'ann')], { sequence: 3 }))).to.deep.equal([
      'accepted 1',
    ]);
  });

  it('leaves no trace of attempts that were refused', async () => {
    const future = await lane.sale(10, { opensAt: 4_000_000_000_000 });
    const soldOut = await lane.sale(0);
    const [paused, closed] = [await lane.sale(), await lane.sale()];
    await pauseSale(lane.redis, lane.view(), paused, 'ops');
    await closeSale(lane.redis, lane.view(), closed);
    const feed = await lane.feedNumber();
    const sales = [future, soldOut, paused, closed];
    const result = await lane.enter(sales.map((id) => entryOf(id, 'ann', { key: 'k' })));
    expect(outcomes(result)).to.deep.equal([
      'sale-not-open',
      'sold-out',
      'sale-paused',
      'sale-closed',
    ]);
    expect(result).to.have.nested.property('entries[0].opensAt', 4_000_000_000_000);
    expect(await lane.feedNumber()).to.equal(feed);
    for (const id of sales) {
      const { attempts, buyers, requests } = saleKeys(0, id);
      expect(await lane.redis.exists(attempts, buyers, requests)).to.equal(0);
    }
  });

  it('remembers 32 keys of a buyer: a live attempt is told all the same, a new one needs room', async () => {
    const keys = Array.from({ length: 33 }, (_none, i) => entryOf(sale, 'ann', { key: `k${i}` }));
    const answers = outcomes(await lane.enter(keys));
    expect(answers).to.deep.equal(['accepted 1', ...Array(32).fill('existing 1')]);
    expect(outcomes(await lane.enter([entryOf(sale, 'ann', { key: 'k5' })]))).to.deep.equal([
      'existing 1',
    ]);
    expect(await lane.redis.hlen(saleKeys(0, sale).requests)).to.equal(32);
    await decide(lane.redis, lane.view(), sale);
    const tag = tagOf(lane.view().incarnation);
    await leave(lane.redis, lane.view(), { lane: 0, saleId: sale, ticket: 1, tag }, 'ann');
    const next = entryOf(sale, 'ann', { key: 'one more' });
    expect(outcomes(await lane.enter([next]))).to.deep.equal(['too-many-keys']);
  });

  it('keeps apart what buyer and key spell together', async () => {
    const result = await lane.enter([
      entryOf(sale, 'a', { key: 'b:c' }),
      entryOf(sale, 'b', { key: 'c' }),
      entryOf(sale, 'restock', { key: 'ops:k' }),
      entryOf(sale, '__proto__', { key: '__proto__' }),
    ]);
    expect(outcomes(result)).to.deep.equal([
      'accepted 1',
      'accepted 2',
      'accepted 3',
      'accepted 4',
    ]);
    const [entry] = (await lane.feed()).slice(-1);
    expect(entry?.usedKeys().map(({ buyerId, key }) => [buyerId, key])).to.deep.equal([
      ['a', 'b:c'],
      ['b', 'c'],
      ['restock', 'ops:k'],
      ['__proto__', '__proto__'],
    ]);
  });

  it('may hold 500 attempts of 500 sales', async () => {
    const sales: string[] = [];
    for (let i = 0; i < 500; i += 1) sales.push(await lane.sale(1));
    const result = await lane.enter(sales.map((id) => entryOf(id, 'ann')));
    expect(new Set(outcomes(result))).to.deep.equal(new Set(['accepted 1']));
  });
});
