import { expect } from 'chai';
import { FEED_KEPT } from '../../core/domain/bounds.js';
import { laneKeys, saleKeys } from '../../core/keys.js';
import { acquireLease } from '../../lua/acquire-lease.js';
import { archiveSale } from '../../lua/archive.js';
import { configure } from '../../lua/configure.js';
import { confirm } from '../../lua/confirm.js';
import { createLane } from '../../lua/create-lane.js';
import { decide, type OwnedLane } from '../../lua/decide.js';
import { enter } from '../../lua/enter.js';
import { expire } from '../../lua/expire.js';
import { leave } from '../../lua/leave.js';
import { bindHold, unbindHold } from '../../lua/pin.js';
import { raiseFence } from '../../lua/raise-fence.js';
import { readAttempt, readBuyer } from '../../lua/read-attempts.js';
import { readLane } from '../../lua/read-lane.js';
import { readOrder } from '../../lua/read-order.js';
import { readSale } from '../../lua/read-sale.js';
import { releaseLease } from '../../lua/release-lease.js';
import { renewLease } from '../../lua/renew-lease.js';
import { restock } from '../../lua/restock.js';
import { signRoster } from '../../lua/sign-roster.js';
import { closeSale, pauseSale, resumeSale } from '../../lua/switch.js';
import { trimFeed } from '../../lua/trim-feed.js';
import { configOf, entryOf, RUN_ID, ScriptLane, WORKER } from '../support/script-lane.js';

type Call = (view: OwnedLane) => Promise<{ readonly kind: string }>;

const ORDER = { id: 'o-of-a-cart', paymentReference: 'paid' };

/** What no script may take for a number. */
const NO_NUMBERS = [
  'nan',
  'NaN',
  'inf',
  '-inf',
  '1e3',
  '0x10',
  '1.5',
  '',
  ' 1',
  '1 ',
  '9'.repeat(16),
];

describe('The scripts of a lane', () => {
  let lane: ScriptLane;
  let sale: string;
  let paused: string;
  let finished: string;

  before(async () => {
    lane = await ScriptLane.open();
  });

  beforeEach(async () => {
    await lane.reset();
    sale = await lane.sale();
    paused = await lane.sale();
    await pauseSale(lane.redis, lane.view(), paused, 'ops');
    finished = await lane.sale();
    await closeSale(lane.redis, lane.view(), finished);
    await lane.enterBuyers(sale, 'ann', 'bob');
    await decide(lane.redis, lane.view(), sale);
    await lane.enterBuyers(sale, 'cid');
    await lane.advance(61_000);
  });

  after(() => lane.close());

  /** Every script that is told what its caller has seen; each would change or find something. */
  function guarded(): Record<string, Call> {
    const { redis } = lane;
    const tag = lane.incarnation.slice(0, 6);
    const ref = { lane: 0, saleId: sale, ticket: 3, tag };
    const wish = { saleId: sale, quantity: 1, caller: 'ops', key: '' };
    const batch = { gatewayId: 'other', sequence: 1, entries: [entryOf(sale, 'dan')] };
    return {
      enter: (view) => enter(redis, { ...view, ...batch }),
      decide: (view) => decide(redis, view, sale),
      expire: (view) => expire(redis, view, sale),
      leave: (view) => leave(redis, view, ref, 'cid'),
      'configure a new sale': (view) => configure(redis, view, 's0-newnewnewn', configOf(), 1),
      'configure a known sale': (view) => configure(redis, view, sale, configOf({ version: 2 }), 1),
      pause: (view) => pauseSale(redis, view, sale, 'ops'),
      resume: (view) => resumeSale(redis, view, paused),
      close: (view) => closeSale(redis, view, sale),
      restock: (view) => restock(redis, view, wish),
      'trim-feed': (view) => trimFeed(redis, view, 1),
      'raise-fence': (view) => raiseFence(redis, { ...view, fencingToken: 2 }, WORKER, RUN_ID),
      confirm: (view) => confirm(redis, view, { ...ref, ticket: 1 }, 'ann', ORDER),
      bind: (view) => bindHold(redis, view, { ...ref, ticket: 1 }, 'ann', ORDER.id),
      unbind: (view) => unbindHold(redis, view, { ...ref, ticket: 1 }, 'ann', ORDER.id),
      archive: (view) => archiveSale(redis, view, sale, 0),
      'read-order': (view) => readOrder(redis, view, { ...ref, ticket: 1 }),
      'read-attempts by ticket': (view) => readAttempt(redis, view, sale, 1),
      'read-attempts by buyer': (view) => readBuyer(redis, view, sale, 'ann'),
      'read-lane': (view) => readLane(redis, view),
      'read-sale': (view) => readSale(redis, view, sale),
    };
  }

  const names = [
    'enter',
    'decide',
    'expire',
    'leave',
    'configure a new sale',
    'configure a known sale',
    'pause',
    'resume',
    'close',
    'restock',
    'trim-feed',
    'raise-fence',
    'confirm',
    'bind',
    'unbind',
    'archive',
    'read-order',
    'read-attempts by ticket',
    'read-attempts by buyer',
    'read-lane',
    'read-sale',
  ];

  async function expectBehind(name: string, view: OwnedLane): Promise<void> {
    const before = await lane.contents();
    const call = guarded()[name] as Call;
    expect(await call(view)).to.deep.equal({ kind: 'behind' });
    expect(await lane.contents()).to.deep.equal(before);
  }

  it('are all of those that this test knows', () => {
    expect(Object.keys(guarded())).to.deep.equal(names);
  });

  for (const name of names) {
    describe(`${name}, told what its caller has seen,`, () => {
      it('answers when Redis has exactly that', async () => {
        const seen = await lane.feedNumber();
        const { kind } = await (guarded()[name] as Call)(lane.view({ seen }));
        // A minute has passed: the hold is over, no order was placed, the sale goes on.
        expect(kind).to.be.oneOf([
          'ok',
          'left',
          'hold-expired',
          'unchanged',
          'not-finished',
          'not-found',
        ]);
      });

      it('is behind, and writes nothing, when the lane is not there', async () => {
        await lane.redis.del(laneKeys(0).lane);
        await expectBehind(name, lane.view());
      });

      it('is behind, and writes nothing, when all of Redis was emptied', async () => {
        await lane.redis.flushdb();
        await expectBehind(name, lane.view());
      });

      it('is behind, and writes nothing, in another life of the lane', async () => {
        await expectBehind(name, lane.view({ incarnation: 'another' }));
        await expectBehind(name, lane.view({ incarnation: '' }));
      });

      it('is behind when Redis knows one entry less, and from then on for everybody', async () => {
        const seen = (await lane.feedNumber()) + 1;
        const { [laneKeys(0).lane]: _lane, ...before } = await lane.contents();
        const call = guarded()[name] as Call;
        expect(await call(lane.view({ seen }))).to.deep.equal({ kind: 'behind' });
        expect(await lane.redis.hget(laneKeys(0).lane, 'lost')).to.equal(String(seen));
        const { [laneKeys(0).lane]: _after, ...after } = await lane.contents();
        expect(after).to.deep.equal(before);
        await expectBehind(name, lane.view());
      });

      it('is behind, and writes nothing, when the feed number is gone or damaged', async () => {
        await lane.redis.hdel(laneKeys(0).lane, 'feed');
        await expectBehind(name, lane.view());
        await lane.redis.hset(laneKeys(0).lane, 'feed', 'nan');
        await expectBehind(name, lane.view());
      });

      it('writes nothing for a feed number that is none', async () => {
        const before = await lane.contents();
        for (const seen of NO_NUMBERS) {
          const view = lane.view({ seen: seen as never });
          const answer = await (guarded()[name] as Call)(view).catch((error: Error) => error);
          // enter names the wrong batch; to the others such a caller has seen too much.
          if (!(answer instanceof Error)) expect(answer).to.deep.equal({ kind: 'behind' });
          else expect(answer.message).to.include('answered ["invalid"');
        }
        expect(await lane.contents()).to.deep.equal(before);
      });
    });
  }

  const owners: Record<string, Call> = {
    decide: (view) => decide(lane.redis, view, sale),
    expire: (view) => expire(lane.redis, view, sale),
    'trim-feed': (view) => trimFeed(lane.redis, view, 1),
    archive: (view) => archiveSale(lane.redis, view, finished, 0),
  };

  for (const [name, call] of Object.entries(owners)) {
    it(`${name} serves the newest fencing token alone`, async () => {
      await lane.redis.hset(laneKeys(0).lane, 'fencingToken', 5);
      const before = await lane.contents();
      for (const token of [4, 6, 1, 0, -5, ...NO_NUMBERS, undefined]) {
        const view = lane.view({ fencingToken: token as never });
        expect(await call(view), String(token)).to.deep.equal({ kind: 'fenced' });
      }
      expect(await lane.contents()).to.deep.equal(before);
      expect((await call(lane.view({ fencingToken: 5 }))).kind).to.equal('ok');
    });

    it(`${name} serves nobody when the lane has lost its token`, async () => {
      await lane.redis.hdel(laneKeys(0).lane, 'fencingToken');
      const before = await lane.contents();
      for (const fencingToken of [0, 1]) {
        expect(await call(lane.view({ fencingToken }))).to.deep.equal({ kind: 'fenced' });
      }
      expect(await lane.contents()).to.deep.equal(before);
    });

    it(`${name} refuses the earlier owner from the moment at which the token rises`, async () => {
      await raiseFence(lane.redis, lane.view({ fencingToken: 2 }), WORKER, RUN_ID);
      expect(await call(lane.view())).to.deep.equal({ kind: 'fenced' });
      expect((await call(lane.view({ fencingToken: 2 }))).kind).to.equal('ok');
    });
  }

  it('raise the fencing token only upwards, and only for the holder of the lease', async () => {
    const raise = (fencingToken: unknown, worker = WORKER) =>
      raiseFence(lane.redis, lane.view({ fencingToken: fencingToken as never }), worker, RUN_ID);
    await raise(7);
    const before = await lane.contents();
    for (const token of [7, 6, 0, -1, ...NO_NUMBERS]) {
      expect(await raise(token), String(token)).to.deep.equal({ kind: 'fenced', fencingToken: 7 });
    }
    expect(await raise(8, 'another-worker')).to.deep.equal({ kind: 'lost' });
    expect(await lane.contents()).to.deep.equal(before);
    await lane.redis.del(laneKeys(0).lease);
    expect(await raise(8)).to.deep.equal({ kind: 'lost' });
    expect(await lane.redis.hget(laneKeys(0).lane, 'fencingToken')).to.equal('7');
  });

  it('trim no further than the ledger has come, and never let it fall', async () => {
    const feed = await lane.feedNumber();
    await trimFeed(lane.redis, lane.view(), 3);
    const before = await lane.contents();
    for (const number of [2, feed + 1, ...NO_NUMBERS]) {
      const trimmed = trimFeed(lane.redis, lane.view(), number as never);
      const error = await trimmed.then(
        () => null,
        (refused) => refused,
      );
      expect(error?.message, String(number)).to.include('"invalid","ledger number"');
    }
    expect(await lane.contents()).to.deep.equal(before);
    expect(await trimFeed(lane.redis, lane.view(), 3)).to.deep.equal({ kind: 'ok' });
  });

  it('trim what the ledger has but for the last entries, and nothing that it has not', async () => {
    const of = laneKeys(0);
    const last = FEED_KEPT + 1_500;
    await lane.redis.del(of.feed);
    const adding = lane.redis.pipeline();
    for (let number = 1; number <= last; number += 1) adding.xadd(of.feed, `${number}-0`, 'v', '1');
    await adding.exec();
    await lane.redis.hset(of.lane, 'feed', last);
    const ledger = FEED_KEPT + 500;
    expect(await trimFeed(lane.redis, lane.view(), ledger)).to.deep.equal({ kind: 'ok' });
    const [[first] = ['']] = await lane.redis.xrange(of.feed, '-', '+', 'COUNT', 1);
    expect(Number.parseInt(first, 10)).to.be.within(2, ledger - FEED_KEPT);
    expect(await lane.redis.xrange(of.feed, `${ledger}-0`, '+')).to.have.lengthOf(
      last - ledger + 1,
    );
  });

  describe('that give out leases', () => {
    it('give one to one worker, for the time asked for, and to another after that', async () => {
      const { redis } = lane;
      await releaseLease(redis, 0, WORKER);
      expect(await acquireLease(redis, 0, 'one', 50)).to.deep.equal({ kind: 'acquired' });
      const held = await acquireLease(redis, 0, 'two', 50);
      expect(held).to.include({ kind: 'held', owner: 'one' });
      expect(await acquireLease(redis, 0, 'one', 3_600_000)).to.deep.equal({ kind: 'acquired' });
      expect(await redis.pttl(laneKeys(0).lease)).to.be.within(3_000_000, 3_600_000);
      expect(await releaseLease(redis, 0, 'two')).to.equal('lost');
      expect(await releaseLease(redis, 0, 'one')).to.equal('released');
      expect(await releaseLease(redis, 0, 'one')).to.equal('lost');
      expect(await acquireLease(redis, 0, 'two', 50)).to.deep.equal({ kind: 'acquired' });
    });

    it('take a lease that ran out again only while the token is still the same', async () => {
      const { redis } = lane;
      await redis.del(laneKeys(0).lease);
      expect(await renewLease(redis, 0, WORKER, 60_000, 1)).to.equal('renewed');
      expect(await redis.get(laneKeys(0).lease)).to.equal(WORKER);
      await redis.del(laneKeys(0).lease);
      await redis.hset(laneKeys(0).lane, 'fencingToken', 2);
      expect(await renewLease(redis, 0, WORKER, 60_000, 1)).to.equal('lost');
      expect(await redis.exists(laneKeys(0).lease)).to.equal(0);
      await acquireLease(redis, 0, 'another', 60_000);
      expect(await renewLease(redis, 0, WORKER, 60_000, 2)).to.equal('lost');
      expect(await redis.get(laneKeys(0).lease)).to.equal('another');
    });

    it('refuse times and tokens that are no numbers, and write nothing', async () => {
      const before = await lane.contents();
      for (const wrong of [0, -1, 3_600_001, ...NO_NUMBERS]) {
        const ms = wrong as never;
        const calls = [
          acquireLease(lane.redis, 0, WORKER, ms),
          renewLease(lane.redis, 0, WORKER, ms, 1),
          signRoster(lane.redis, WORKER, ms),
        ];
        for (const result of await Promise.allSettled(calls)) {
          expect(result.status, String(wrong)).to.equal('rejected');
        }
      }
      for (const token of [0, -1, ...NO_NUMBERS]) {
        const renewed = await Promise.allSettled([
          renewLease(lane.redis, 0, WORKER, 1_000, token as never),
        ]);
        expect(renewed[0]?.status, String(token)).to.equal('rejected');
      }
      expect(await lane.contents()).to.deep.equal(before);
    });
  });

  it('begin a lane once, and never over one that is there', async () => {
    const before = await lane.contents();
    expect(await createLane(lane.redis, 0, 'another')).to.deep.equal({
      kind: 'exists',
      incarnation: lane.incarnation,
    });
    for (const wrong of ['', 'UPPER', 'a|b', 'a b', 'a:b']) {
      const begun = await createLane(lane.redis, 1, wrong).catch((error: Error) => error);
      expect(begun).to.be.an('error');
    }
    expect(await lane.contents()).to.deep.equal(before);
  });

  describe('told a number that is none', () => {
    async function expectRefused(call: () => Promise<unknown>, what: string): Promise<void> {
      const before = await lane.contents();
      const answer = await call().catch((error: Error) => error);
      expect(answer, what).to.be.an('error');
      expect((answer as Error).message, what).to.include('answered ["invalid"');
      expect(await lane.contents(), what).to.deep.equal(before);
    }

    it('seed and change no sale', async () => {
      const bounds = {
        perBuyerLimit: [0, 1_001],
        holdSeconds: [0, 86_401],
        standbyLimit: [-1, 100_001],
        version: [0, -1],
        opensAt: [-1],
        closesAt: [-1],
        createdAt: [-1],
      };
      for (const [field, outside] of Object.entries(bounds)) {
        // '' stands for null where there may be none.
        const none = ['opensAt', 'closesAt'].includes(field) ? [''] : [];
        for (const value of [...outside, ...NO_NUMBERS.filter((text) => !none.includes(text))]) {
          const config = configOf({ [field]: value as never });
          const what = `${field} ${value}`;
          const view = lane.view();
          await expectRefused(() => configure(lane.redis, view, 's0-newnewnewn', config, 1), what);
          if (field === 'version') continue;
          const next = { ...config, version: 2 };
          await expectRefused(() => configure(lane.redis, view, sale, next, 1), what);
        }
      }
      for (const total of [-1, 10_000_001, ...NO_NUMBERS]) {
        const seed = () =>
          configure(lane.redis, lane.view(), 's0-newnewnewn', configOf(), total as never);
        await expectRefused(seed, `total ${total}`);
      }
    });

    it('restock nothing', async () => {
      for (const quantity of [0, 10_000_001, -10_000_001, ...NO_NUMBERS]) {
        const wish = { saleId: sale, quantity: quantity as never, caller: 'ops', key: 'k' };
        await expectRefused(() => restock(lane.redis, lane.view(), wish), String(quantity));
      }
    });

    it('give no ticket for it, while the others of the batch get theirs', async () => {
      for (const wrong of [0, -1, 1_001, ...NO_NUMBERS]) {
        await lane.reset();
        const fresh = await lane.sale();
        const result = await lane.enter([
          entryOf(fresh, 'ann'),
          entryOf(fresh, 'bob', { quantity: wrong as never, key: 'k' }),
          entryOf(fresh, 'cid'),
        ]);
        if (result.kind !== 'ok') throw new Error(result.kind);
        expect(
          result.entries.map((one) => ('record' in one ? one.record.ticket : one.refusal)),
        ).to.deep.equal([1, 'invalid', 2]);
        expect(await lane.redis.hkeys(saleKeys(0, fresh).buyers)).to.have.members(['ann', 'cid']);
        expect(await lane.redis.exists(saleKeys(0, fresh).requests)).to.equal(0);
      }
    });

    it('give no ticket to a buyer whose id could be taken for something else', async () => {
      const before = await lane.counts(sale);
      for (const buyerId of ['', 'a|b', 'a:b', 'a\nb', '{}', 'a b', '구매자']) {
        const result = await lane.enter([entryOf(sale, buyerId)]);
        expect(result).to.have.deep.nested.property('entries', [
          { kind: 'refused', refusal: 'invalid' },
        ]);
      }
      expect(await lane.counts(sale)).to.deep.equal(before);
    });

    it('enter no batch that is empty, too large or unnumbered', async () => {
      const many = Array.from({ length: 501 }, (_none, i) => entryOf(sale, `buyer-${i}`));
      await expectRefused(() => lane.enter([]), 'empty');
      await expectRefused(() => lane.enter(many), '501');
      for (const sequence of [-1, ...NO_NUMBERS.filter((text) => text !== '')]) {
        const batch = [entryOf(sale, 'dan')];
        await expectRefused(
          () => lane.enter(batch, { sequence: sequence as never }),
          `${sequence}`,
        );
      }
    });
  });

  describe('on data that is damaged', () => {
    const damages: Record<string, [field: string, value: string]> = {
      'a count that is no number': ['available', 'nan'],
      'a count below zero': ['held', '-1'],
      'a count with a fraction': ['serving', '1.5'],
      'a count that is empty': ['waiting', ''],
    };

    for (const [what, [field, value]] of Object.entries(damages)) {
      it(`fail before the first write for ${what}`, async () => {
        await lane.redis.hset(saleKeys(0, sale).sale, field, value);
        const before = await lane.contents();
        for (const name of ['enter', 'decide', 'expire', 'leave', 'close', 'restock']) {
          const answer = await (guarded()[name] as Call)(lane.view()).catch((error) => error);
          expect(answer, name).to.be.an('error').with.property('name', 'ReplyError');
        }
        expect(await lane.contents()).to.deep.equal(before);
      });
    }

    it('fail before the first write for an attempt that is no record', async () => {
      const { attempts } = saleKeys(0, sale);
      const lines = (await lane.redis.hget(attempts, '0'))?.split('\n') ?? [];
      lines[2] = '3|waiting|1|nan|cid';
      await lane.redis.hset(attempts, 0, lines.join('\n'));
      const before = await lane.contents();
      for (const name of ['decide', 'leave']) {
        const answer = await (guarded()[name] as Call)(lane.view()).catch((error) => error);
        expect(answer, name).to.be.an('error').with.property('name', 'ReplyError');
      }
      expect(await lane.contents()).to.deep.equal(before);
    });
  });
});
