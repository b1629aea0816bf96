import { expect } from 'chai';
import { laneKeys, saleKeys } from '../../core/keys.js';
import { decide } from '../../lua/decide.js';
import { ScriptLane } from '../support/script-lane.js';

describe('The line of a sale', () => {
  let lane: ScriptLane;

  before(async () => {
    lane = await ScriptLane.open();
  });

  beforeEach(() => lane.reset());

  after(() => lane.close());

  it('stands by for no more places than the sale has', async () => {
    const sale = await lane.sale(1, { standbyLimit: 2 });
    await lane.enterBuyers(sale, 'ann', 'bob', 'cid', 'dan', 'eve');
    await decide(lane.redis, lane.view(), sale);
    const records = await lane.redis.hmget(saleKeys(0, sale).attempts, '1', '2', '3', '4', '5');
    const states = records.map((text) => text?.split('|')[0]);
    expect(states).to.deep.equal(['held', 'standby', 'standby', 'sold-out', 'sold-out']);
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
