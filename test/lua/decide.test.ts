import { expect } from 'chai';
import { tagOf } from '../../core/domain/ids.js';
import { laneKeys, saleKeys } from '../../core/keys.js';
import { confirm } from '../../lua/confirm.js';
import { decide } from '../../lua/decide.js';
import { leave } from '../../lua/leave.js';
import { restock } from '../../lua/restock.js';
import { pauseSale } from '../../lua/switch.js';
import { entryOf, ScriptLane } from '../support/script-lane.js';
import { storedRecords } from '../support/stored-pages.js';

describe('The line of a sale', () => {
  let lane: ScriptLane;

  before(async () => {
    lane = await ScriptLane.open();
  });

  beforeEach(() => lane.reset());

  after(() => lane.close());

  async function statesOf(sale: string, last: number): Promise<(string | undefined)[]> {
    const records = await storedRecords(lane.redis, saleKeys(0, sale).attempts);
    return Array.from({ length: last }, (_none, i) => records.get(i + 1)?.split('|')[0]);
  }

  it('stays whole over batches that end anywhere on a page', async () => {
    const sale = await lane.sale(1_000);
    const names = Array.from({ length: 85 }, (_none, i) => `buyer-${i + 1}`);
    for (const [from, to] of [
      [0, 3],
      [3, 16],
      [16, 17],
      [17, 49],
      [49, 85],
    ]) {
      await lane.enterBuyers(sale, ...names.slice(from, to));
    }
    const tag = tagOf(lane.view().incarnation);
    await leave(lane.redis, lane.view(), { lane: 0, saleId: sale, ticket: 20, tag }, 'buyer-20');
    for (const most of [5, 11, 1, 40]) await decide(lane.redis, lane.view(), sale, most);
    const records = [...(await storedRecords(lane.redis, saleKeys(0, sale).attempts))];
    const stateOf = (ticket: number) => {
      if (ticket === 20) return 'released';
      return ticket <= 57 ? 'held' : 'waiting';
    };
    expect(records.map(([ticket, text]) => [ticket, ...text.split('|')].slice(0, 5))).to.deep.equal(
      names.map((name, i) => {
        const state = stateOf(i + 1);
        return [i + 1, state, state === 'waiting' ? '1' : '2', '1', name];
      }),
    );
  });

  it('stands by for no more places than the sale has', async () => {
    const sale = await lane.sale(1, { standbyLimit: 2 });
    await lane.enterBuyers(sale, 'ann', 'bob', 'cid', 'dan', 'eve');
    await decide(lane.redis, lane.view(), sale);
    expect(await statesOf(sale, 5)).to.deep.equal([
      'held',
      'standby',
      'standby',
      'sold-out',
      'sold-out',
    ]);
  });

  it('gives what comes back to the lowest ticket that fits', async () => {
    const sale = await lane.sale(3, { standbyLimit: 9, perBuyerLimit: 5 });
    await lane.enter([
      entryOf(sale, 'ann', { quantity: 3 }),
      ...[3, 2, 1].map((quantity) => entryOf(sale, `wants-${quantity}`, { quantity })),
    ]);
    await decide(lane.redis, lane.view(), sale);
    await restock(lane.redis, lane.view(), { saleId: sale, quantity: 2, caller: 'ops', key: '' });
    expect(await statesOf(sale, 4)).to.deep.equal(['held', 'standby', 'held', 'standby']);
  });

  it('is decided also while the sale is paused: that stops entering only', async () => {
    const sale = await lane.sale(1);
    await lane.enterBuyers(sale, 'ann', 'bob');
    await pauseSale(lane.redis, lane.view(), sale, 'ops');
    await decide(lane.redis, lane.view(), sale);
    expect(await statesOf(sale, 2)).to.deep.equal(['held', 'sold-out']);
  });

  it('takes nobody more exactly while nothing is available and nothing can be hoped for', async () => {
    const sale = await lane.sale(1, { standbyLimit: 1 });
    const knock = async (buyer: string) => {
      const answer = await lane.enter([entryOf(sale, buyer)]);
      await decide(lane.redis, lane.view(), sale);
      const [first] = answer.kind === 'ok' ? answer.entries : [];
      return first && 'refusal' in first ? first.refusal : first?.kind;
    };
    expect(await knock('ann')).to.equal('accepted');
    expect(await knock('bob')).to.equal('accepted');
    expect(await knock('cid')).to.equal('sold-out');
    const tag = tagOf(lane.incarnation);
    const bob = { lane: 0, saleId: sale, ticket: 2, tag };
    await leave(lane.redis, lane.view(), bob, 'bob');
    const order = { id: 'o-1', paymentReference: 'paid' };
    await confirm(lane.redis, lane.view(), { ...bob, ticket: 1 }, 'ann', order);
    expect(await knock('dan')).to.equal('sold-out');
    await restock(lane.redis, lane.view(), { saleId: sale, quantity: 1, caller: 'ops', key: '' });
    expect(await knock('dan')).to.equal('accepted');
  });

  it('is known to the next owner until nobody waits in it any more', async () => {
    const sale = await lane.sale(600);
    const buyers = Array.from({ length: 600 }, (_none, i) => `buyer-${i}`);
    await lane.enterBuyers(sale, ...buyers.slice(0, 300));
    await lane.enterBuyers(sale, ...buyers.slice(300));
    await decide(lane.redis, lane.view(), sale);
    expect(await lane.redis.smembers(laneKeys(0).lines)).to.deep.equal([sale]);
    await decide(lane.redis, lane.view(), sale);
    expect(await lane.redis.smembers(laneKeys(0).lines)).to.deep.equal([]);
  });
});
