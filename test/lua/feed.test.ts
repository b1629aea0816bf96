import { expect } from 'chai';
import { type AttemptRecord, parseRecord } from '../../core/domain/attempt.js';
import type { FeedEntry } from '../../core/feed.js';
import { laneKeys, saleKeys } from '../../core/keys.js';
import { configure } from '../../lua/configure.js';
import { decide } from '../../lua/decide.js';
import { expire } from '../../lua/expire.js';
import { leave } from '../../lua/leave.js';
import { raiseFence } from '../../lua/raise-fence.js';
import { readSale } from '../../lua/read-sale.js';
import { restock } from '../../lua/restock.js';
import { closeSale, pauseSale, resumeSale } from '../../lua/switch.js';
import { configOf, entryOf, RUN_ID, ScriptLane, WORKER } from '../support/script-lane.js';
import { firstDeadlines, storedRecords } from '../support/stored-pages.js';

const STEPS = 400;

/** What may follow what, by docs/lifecycle.md. */
const NEXT: Readonly<Record<string, readonly string[]>> = {
  waiting: ['held', 'sold-out', 'rejected', 'released'],
  held: ['released', 'expired'],
};

/** Numbers that look random and are the same in every run (mulberry32). */
function dice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % sides;
  };
}

/** Everything that a reader of the feed alone knows of one sale. */
class Folded {
  readonly attempts = new Map<number, AttemptRecord>();
  readonly keys = new Map<string, string>();
  last: FeedEntry | null = null;
  config = '';

  add(entry: FeedEntry): void {
    this.last = entry;
    if (entry.config !== '') this.config = entry.config;
    for (const record of entry.attempts()) this.#change(record);
    for (const { buyerId, key, ticket, quantity, status } of entry.usedKeys()) {
      const value = buyerId.startsWith('restock:') ? quantity : `${ticket}|${quantity}|${status}`;
      this.keys.set(`${buyerId}:${key}`, String(value));
    }
  }

  #change(record: AttemptRecord): void {
    const before = this.attempts.get(record.ticket);
    expect(record.version).to.equal((before?.version ?? 0) + 1);
    if (before) {
      expect(NEXT[before.state]).to.include(record.state);
      expect(record.quantity).to.equal(before.quantity);
      expect(record.buyerId).to.equal(before.buyerId);
    } else {
      expect(record.ticket).to.equal(this.attempts.size + 1);
      expect(record.state).to.equal('waiting');
    }
    this.attempts.set(record.ticket, record);
  }

  /** Counts by the attempts alone, to be compared with those that the entry tells. */
  counted() {
    const all = [...this.attempts.values()];
    const units = (state: string) =>
      all.filter((one) => one.state === state).reduce((sum, { quantity }) => sum + quantity, 0);
    const waiting = all.filter(({ state }) => state === 'waiting').length;
    return { held: units('held'), sold: units('confirmed'), waiting, entered: all.length };
  }
}

describe('The feed of a lane', () => {
  let lane: ScriptLane;
  let sales: string[];

  before(async () => {
    lane = await ScriptLane.open();
  });

  after(() => lane.close());

  /** Does anything that gateways and workers do, chosen by dice. */
  async function step(roll: (sides: number) => number): Promise<void> {
    const sale = sales[roll(sales.length)] as string;
    const view = lane.view();
    switch (roll(12)) {
      case 0:
      case 1:
      case 2:
      case 3: {
        const entries = Array.from({ length: 1 + roll(6) }, () =>
          entryOf(sales[roll(sales.length)] as string, `buyer-${roll(40)}`, {
            quantity: 1 + roll(4),
            key: roll(3) === 0 ? `key|${roll(5)}` : '',
          }),
        );
        await lane.enter(entries);
        return;
      }
      case 4:
      case 5:
        await decide(lane.redis, view, sale);
        return;
      case 6:
      case 7: {
        const [ticket, text] = (await anAttempt(sale, roll)) ?? [0, ''];
        if (ticket === 0) return;
        const { tag, buyerId } = parseRecord(ticket, text);
        await leave(lane.redis, view, { lane: 0, saleId: sale, ticket, tag }, buyerId);
        return;
      }
      case 8:
        await lane.advance(roll(4) * 500);
        await expire(lane.redis, view, sale);
        return;
      case 9: {
        const key = roll(2) === 0 ? `key ${roll(4)}` : '';
        const quantity = roll(9) - 4 || 5;
        await restock(lane.redis, view, { saleId: sale, quantity, caller: 'ops', key });
        return;
      }
      case 10: {
        const read = await readSale(lane.redis, view, sale);
        if (read.kind !== 'ok') return;
        const { version, ...config } = read.sale.config;
        const changed = { ...config, version: version + 1, perBuyerLimit: 1 + roll(4) };
        await configure(lane.redis, view, sale, changed, 0);
        return;
      }
      default:
        if (roll(2) === 0) await pauseSale(lane.redis, view, sale, 'ops');
        else await resumeSale(lane.redis, view, sale);
    }
  }

  async function anAttempt(
    sale: string,
    roll: (sides: number) => number,
  ): Promise<[number, string] | null> {
    const all = [...(await storedRecords(lane.redis, saleKeys(0, sale).attempts))];
    const [ticket, text] = all[roll(Math.max(all.length, 1))] ?? [];
    return ticket && text ? [ticket, text] : null;
  }

  for (const seed of [1, 2, 3]) {
    it(`tells all that Redis has after ${STEPS} steps by dice ${seed}`, async () => {
      await lane.reset();
      const fields = { holdSeconds: 1, perBuyerLimit: 3 };
      sales = [await lane.sale(20, fields), await lane.sale(3, fields), await lane.sale(0, fields)];
      const roll = dice(seed);
      for (let i = 0; i < STEPS; i += 1) await step(roll);
      await closeSale(lane.redis, lane.view(), sales[0] as string);
      await decide(lane.redis, lane.view(), sales[0] as string);

      const feed = await lane.feed();
      const folded = new Map(sales.map((id) => [id, new Folded()]));
      let time = 0;
      feed.forEach((entry, i) => {
        expect(entry.number).to.equal(i + 1);
        expect(entry.time).to.be.at.least(time);
        time = entry.time;
        const { total, available, held, sold, entered, serving, waiting, standby } = entry.counts;
        expect(total).to.equal(available + held + sold);
        expect(Math.min(available, held, sold, waiting, standby)).to.be.at.least(0);
        expect(serving).to.be.within(1, entered + 1);
        const fold = folded.get(entry.saleId) as Folded;
        fold.add(entry);
        expect(fold.counted()).to.deep.equal({ held, sold, waiting, entered });
      });
      expect(await lane.feedNumber()).to.equal(feed.length);
      const kinds = new Set(feed.map(({ kind }) => kind));
      expect([...kinds]).to.include.members(['entered', 'decided', 'left', 'expired', 'restocked']);
      for (const [id, fold] of folded) await expectSame(id, fold);
    });
  }

  /** Redis, key by key, is what the fold of its feed says. */
  async function expectSame(id: string, fold: Folded): Promise<void> {
    const of = saleKeys(0, id);
    const read = await readSale(lane.redis, lane.view(), id);
    if (read.kind !== 'ok') throw new Error(read.kind);
    expect(read.sale.counts).to.deep.equal(fold.last?.counts);
    expect(read.sale.pausedFor).to.equal(fold.last?.pausedFor);
    expect(read.sale.closed).to.equal(fold.last?.closed);
    expect(read.sale.config).to.deep.equal(JSON.parse(fold.config));
    const kept = [...(await storedRecords(lane.redis, of.attempts))].map(([ticket, text]) =>
      parseRecord(ticket, text),
    );
    const byTicket = (a: AttemptRecord, b: AttemptRecord) => a.ticket - b.ticket;
    expect(kept).to.deep.equal([...fold.attempts.values()].sort(byTicket));
    expect(await lane.redis.hgetall(of.requests)).to.deep.equal(Object.fromEntries(fold.keys));
    const held = kept.filter(({ state }) => state === 'held');
    const holds = await lane.redis.zrange(of.holds, '0', '-1', 'WITHSCORES');
    const deadlines = pairsOf(holds).map(([page, deadline]) => [page, Number(deadline)]);
    expect(Object.fromEntries(deadlines)).to.deep.equal(firstDeadlines(held));
    for (const [buyerId, text] of Object.entries(await lane.redis.hgetall(of.buyers))) {
      const own = kept.filter((record) => record.buyerId === buyerId);
      const expired = own.filter(({ state }) => state === 'expired').length;
      const keys = [...fold.keys.keys()].filter((key) => key.startsWith(`${buyerId}:`)).length;
      expect(text).to.equal(`0|${expired}|${keys}|${own.map(({ ticket }) => ticket)}`);
      expect(own.filter(({ state }) => ['waiting', 'held'].includes(state)).length).to.be.at.most(
        1,
      );
    }
    const waits = (fold.last?.counts.waiting ?? 0) > 0;
    if (waits) expect(await lane.redis.sismember(laneKeys(0).lines, id)).to.equal(1);
    if (held.length > 0) {
      const due = Number(await lane.redis.zscore(laneKeys(0).due, id));
      const deadlines = held.map(({ holdExpiresAt }) => holdExpiresAt as number);
      expect(due).to.be.at.most(Math.min(...deadlines));
    }
  }

  function pairsOf(flat: readonly string[]): [string, string][] {
    return Array.from({ length: flat.length / 2 }, (_none, i) => [
      flat[2 * i] as string,
      flat[2 * i + 1] as string,
    ]);
  }

  it('tells of an opening and a closing by time, once each', async () => {
    await lane.reset();
    const [seconds] = await lane.redis.time();
    const now = Number(seconds) * 1_000;
    const times = { opensAt: now + 60_000, closesAt: now + 120_000 };
    const sale = await lane.sale(5, times);
    const sweep = async () => {
      await expire(lane.redis, lane.view(), sale);
      return (await lane.feed()).map(({ kind }) => kind).slice(1);
    };
    expect(await sweep()).to.deep.equal([]);
    await lane.advance(61_000);
    expect(await sweep()).to.deep.equal(['opened']);
    await lane.enterBuyers(sale, 'ann');
    expect(await sweep()).to.deep.equal(['opened', 'entered']);
    await lane.advance(61_000);
    expect(await sweep()).to.deep.equal(['opened', 'entered', 'closed']);
    await decide(lane.redis, lane.view(), sale);
    expect(await sweep()).to.deep.equal(['opened', 'entered', 'closed', 'decided']);
    const [record] = (await lane.feed()).at(-1)?.attempts() ?? [];
    expect(record).to.include({ state: 'rejected', reason: 'sale-closed' });
    expect(await lane.redis.zcard(laneKeys(0).due)).to.equal(0);
  });

  it('keeps the time of its last entry, and tells in each who owned the lane', async () => {
    await lane.reset();
    const sale = await lane.sale();
    await raiseFence(lane.redis, lane.view({ fencingToken: 7 }), WORKER, RUN_ID);
    await lane.enterBuyers(sale, 'ann');
    const clock = await lane.redis.hget(laneKeys(0).lane, 'clock');
    expect(clock).to.equal(String((await lane.feed()).at(-1)?.time));
    const entries = await lane.redis.xrange(laneKeys(0).feed, '-', '+');
    const tokens = entries.map(([_id, fields]) => fields[fields.indexOf('f') + 1]);
    expect(tokens).to.deep.equal(['1', '7']);
  });

  it('tells a late leave as what it is: the hold has expired, and counts', async () => {
    await lane.reset();
    const sale = await lane.sale(5, configOf({ holdSeconds: 1 }));
    await lane.enterBuyers(sale, 'ann');
    await decide(lane.redis, lane.view(), sale);
    await lane.advance(1_500);
    const tag = lane.incarnation.slice(0, 6);
    const ref = { lane: 0, saleId: sale, ticket: 1, tag };
    const left = await leave(lane.redis, lane.view(), ref, 'ann');
    expect(left).to.have.nested.property('record.state', 'expired');
    expect((await lane.feed()).at(-1)?.kind).to.equal('expired');
    expect(await lane.redis.hget(saleKeys(0, sale).buyers, 'ann')).to.equal('0|1|0|1');
    const again = await leave(lane.redis, lane.view(), ref, 'ann');
    expect(again).to.deep.include({ kind: 'unchanged' });
    expect(await expire(lane.redis, lane.view(), sale)).to.include({ expired: 0 });
  });

  it('decides 500 tickets at the most in one entry, in order, and the rest in the next', async () => {
    await lane.reset();
    const sale = await lane.sale(600);
    const buyers = Array.from({ length: 700 }, (_none, i) => `buyer-${i}`);
    await lane.enterBuyers(sale, ...buyers.slice(0, 400));
    await lane.enterBuyers(sale, ...buyers.slice(400));
    expect(await decide(lane.redis, lane.view(), sale)).to.include({ changed: 500, more: true });
    expect(await decide(lane.redis, lane.view(), sale)).to.include({ changed: 200, more: false });
    expect(await decide(lane.redis, lane.view(), sale)).to.include({ changed: 0, more: false });
    const decided = (await lane.feed()).filter(({ kind }) => kind === 'decided');
    const records = decided.flatMap((entry) => entry.attempts());
    expect(records.map(({ ticket }) => ticket)).to.deep.equal(buyers.map((_none, i) => i + 1));
    expect(records.map(({ state }) => state)).to.deep.equal(
      buyers.map((_none, i) => (i < 600 ? 'held' : 'sold-out')),
    );
    expect(await lane.redis.scard(laneKeys(0).lines)).to.equal(0);
  });
});
