import { expect } from 'chai';
import { type AttemptRef, attemptIdOf, tagOf } from '../../core/domain/ids.js';
import { type AttemptOrder, orderIdOfAttempt } from '../../core/domain/order.js';
import type { SaleConfig } from '../../core/domain/sale.js';
import { laneKeys, saleKeys } from '../../core/keys.js';
import { archiveSale } from '../../lua/archive.js';
import { confirm } from '../../lua/confirm.js';
import { countEnding } from '../../lua/count-ending.js';
import { decide } from '../../lua/decide.js';
import { expire } from '../../lua/expire.js';
import { leave } from '../../lua/leave.js';
import { bindHold } from '../../lua/pin.js';
import { closeSale } from '../../lua/switch.js';
import { configOf, entryOf, ScriptLane } from '../support/script-lane.js';
import { pageOf } from '../support/stored-pages.js';

const DEADLINE = 4_000_000_060_000;

describe('A hold', () => {
  let lane: ScriptLane;
  let sale: string;

  before(async () => {
    lane = await ScriptLane.open();
  });

  after(() => lane.close());

  /** Feed time never falls, so from here on it stands still at `ms`. */
  async function setTime(ms: number): Promise<void> {
    await lane.redis.hset(laneKeys(0).lane, 'clock', ms);
  }

  /** Holds one unit for each buyer, all with the same deadline, in a sale of as many. */
  async function hold(buyers: readonly string[], fields: Partial<SaleConfig> = {}): Promise<void> {
    await lane.reset();
    sale = await lane.sale(buyers.length, configOf({ holdSeconds: 60, ...fields }));
    await setTime(DEADLINE - 60_000);
    await lane.enterBuyers(sale, ...buyers);
    await decide(lane.redis, lane.view(), sale);
  }

  function attempt(ticket: number): AttemptRef {
    return { lane: 0, saleId: sale, ticket, tag: tagOf(lane.incarnation) };
  }

  function orderOf(ticket: number, paymentReference = 'paid'): AttemptOrder {
    const id = orderIdOfAttempt(attemptIdOf(sale, ticket, tagOf(lane.incarnation)));
    const goods = { productId: configOf().productId, name: 'x', price: 1, currency: 'KRW' };
    return { id, paymentReference, ...goods, createdAt: 1 };
  }

  function confirmBy(buyerId: string | null, ticket: number, reference?: string) {
    const order = orderOf(ticket, reference);
    return confirm(lane.redis, lane.view(), attempt(ticket), buyerId, order);
  }

  async function counts(): Promise<string> {
    const { total, available, held, sold } = await lane.counts(sale);
    return `${total} = ${available} + ${held} + ${sold}`;
  }

  it('is confirmed up to its deadline and not at it', async () => {
    await hold(['ann', 'bob']);
    await setTime(DEADLINE - 1);
    expect(await confirmBy('ann', 1)).to.include({ kind: 'confirmed' });
    expect(await counts()).to.equal('2 = 0 + 1 + 1');
    await setTime(DEADLINE);
    expect(await confirmBy('bob', 2)).to.deep.equal({ kind: 'hold-expired' });
    expect(await counts()).to.equal('2 = 0 + 1 + 1');
  });

  it('is confirmed once, and answered the same with the same reference alone', async () => {
    await hold(['ann']);
    await confirmBy('ann', 1);
    const before = await lane.contents();
    expect(await confirmBy('ann', 1)).to.include({ kind: 'unchanged' });
    expect(await confirmBy('ann', 1, 'another')).to.deep.equal({ kind: 'already-confirmed' });
    expect(await lane.contents()).to.deep.equal(before);
  });

  it('ends for its own buyer alone, by the id of this life alone', async () => {
    await hold(['ann']);
    const before = await lane.contents();
    const { redis } = lane;
    const old = { ...attempt(1), tag: 'oldone' };
    expect(await confirmBy('bob', 1)).to.deep.equal({ kind: 'not-found' });
    expect(await confirm(redis, lane.view(), old, 'ann', orderOf(1))).to.deep.equal({
      kind: 'not-found',
    });
    for (const [ref, buyer] of [[attempt(1), 'bob'] as const, [old, 'ann'] as const]) {
      const missing = { kind: 'not-found' };
      expect(await leave(redis, lane.view(), ref, buyer)).to.deep.equal(missing);
      expect(await bindHold(redis, lane.view(), ref, buyer, 'o-1')).to.deep.equal(missing);
    }
    expect(await lane.contents()).to.deep.equal(before);
    expect(await confirmBy(null, 1)).to.include({ kind: 'confirmed' });
  });

  it('counts what its buyer has confirmed against the next wish', async () => {
    await hold(['ann', 'bob', 'cid'], { perBuyerLimit: 2 });
    for (const ticket of [2, 3]) {
      await leave(lane.redis, lane.view(), attempt(ticket), ticket === 2 ? 'bob' : 'cid');
    }
    await confirmBy('ann', 1);
    const answers = await lane.enter([
      entryOf(sale, 'ann', { quantity: 2 }),
      entryOf(sale, 'ann', { quantity: 1 }),
    ]);
    expect(answers).to.have.nested.property('entries[0].refusal', 'over-limit');
    expect(answers).to.have.nested.property('entries[1].kind', 'accepted');
  });

  it('expires at its deadline and not before', async () => {
    await hold(['ann']);
    await setTime(DEADLINE - 1);
    expect(await expire(lane.redis, lane.view(), sale)).to.include({ expired: 0 });
    await setTime(DEADLINE);
    expect(await expire(lane.redis, lane.view(), sale)).to.include({ expired: 1 });
    expect(await counts()).to.equal('1 = 1 + 0 + 0');
  });

  it('is not ended by a deadline that was left behind', async () => {
    await hold(['ann']);
    await confirmBy('ann', 1);
    await lane.redis.zadd(saleKeys(0, sale).holds, DEADLINE, pageOf(1));
    await setTime(DEADLINE);
    expect(await expire(lane.redis, lane.view(), sale)).to.include({ expired: 0 });
    expect(await counts()).to.equal('1 = 0 + 0 + 1');
    expect(await confirmBy('ann', 1)).to.include({ kind: 'unchanged' });
  });

  it('ends at its own deadline, not at that of others on its page', async () => {
    await hold(['ann', 'bob', 'cid']);
    await setTime(DEADLINE - 1);
    await leave(lane.redis, lane.view(), attempt(3), 'cid');
    await lane.enterBuyers(sale, 'dan');
    await decide(lane.redis, lane.view(), sale);
    expect(pageOf(4)).to.equal(pageOf(1));
    const later = DEADLINE - 1 + 60_000;
    expect(await countEnding(lane.redis, sale, later - 1)).to.equal(2);
    expect(await countEnding(lane.redis, sale, later)).to.equal(3);
    await setTime(later - 1);
    expect(await expire(lane.redis, lane.view(), sale)).to.include({ expired: 2 });
    expect(await lane.redis.zscore(laneKeys(0).due, sale)).to.equal(String(later));
    await setTime(later);
    expect(await expire(lane.redis, lane.view(), sale)).to.include({ expired: 1 });
  });

  it('is released once, and its stock comes back once', async () => {
    await hold(['ann']);
    const { redis } = lane;
    expect(await leave(redis, lane.view(), attempt(1), 'ann')).to.include({ kind: 'left' });
    const before = await lane.contents();
    expect(await leave(redis, lane.view(), attempt(1), 'ann')).to.include({ kind: 'unchanged' });
    expect(await confirmBy('ann', 1)).to.deep.equal({ kind: 'hold-expired' });
    expect(await lane.contents()).to.deep.equal(before);
    expect(await counts()).to.equal('1 = 1 + 0 + 0');
  });

  it('that an order has bound is kept for it, past its deadline, and for no other', async () => {
    await hold(['ann', 'bob']);
    const { redis } = lane;
    const bind = (ticket: number, buyer: string, order: string) =>
      bindHold(redis, lane.view(), attempt(ticket), buyer, order);
    expect(await bind(1, 'ann', 'o-first')).to.include({ kind: 'ok' });
    expect(await bind(1, 'ann', 'o-first')).to.include({ kind: 'unchanged' });
    expect(await bind(1, 'ann', 'o-other')).to.deep.equal({ kind: 'in-order' });
    expect(await leave(redis, lane.view(), attempt(1), 'ann')).to.deep.equal({ kind: 'in-order' });
    expect(await confirmBy('ann', 1)).to.deep.equal({ kind: 'in-order' });
    expect(await countEnding(redis, sale, DEADLINE)).to.equal(1);
    await setTime(DEADLINE);
    expect(await bind(2, 'bob', 'o-late')).to.deep.equal({ kind: 'hold-expired' });
    expect(await expire(redis, lane.view(), sale)).to.include({ expired: 1 });
    expect(await redis.exists(saleKeys(0, sale).holds)).to.equal(0);
    const order = { id: 'o-first', paymentReference: 'paid' };
    const confirmed = await confirm(redis, lane.view(), attempt(1), 'ann', order);
    expect(confirmed).to.include({ kind: 'confirmed' });
    expect(await counts()).to.equal('2 = 1 + 0 + 1');
  });

  it('keeps its sale from being archived', async () => {
    await hold(['ann']);
    const { redis } = lane;
    await closeSale(redis, lane.view(), sale);
    const archive = () => archiveSale(redis, lane.view(), sale, 0);
    expect(await archive()).to.deep.equal({ kind: 'not-finished' });
    await leave(redis, lane.view(), attempt(1), 'ann');
    expect(await archive()).to.include({ kind: 'ok' });
  });
});
