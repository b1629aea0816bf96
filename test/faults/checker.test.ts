import { expect } from 'chai';
import { attemptIdOf } from '../../core/domain/ids.js';
import { broken, type Evidence, judge } from './checker/checker.js';
import { figures } from './checker/figures.js';
import type { Act, Exchange, Press } from './diary.js';
import type { RawEntry } from './feed-recorder.js';
import type { StoredAttempt, StoredOrder } from './stored.js';

const SALE = 's0-abcdefghij';

const LIFE = 'life0life0';

const idOf = (n: number) => attemptIdOf(SALE, n, 'tagtag');

function press(n: number, sentAt: number, more: Partial<Press> = {}): Press {
  const told = { id: idOf(n), ticket: n, quantity: 1, state: 'waiting', version: 1 };
  return {
    ...{ buyer: `b${n}`, key: `k${n}`, sentAt, answeredAt: sentAt + 5 },
    ...{ status: 202, code: null, retryAfter: null, told, ...more },
  };
}

function look(n: number, state = 'held'): Exchange {
  const { key: _key, ...answer } = press(n, 1_000 + n);
  return { ...answer, status: 200, told: { ...answer.told, state, version: 2 } as Press['told'] };
}

const waiting = (n: number) => `waiting|1|1|b${n}|tagtag|||`;
const held = (n: number) => `held|2|1|b${n}|tagtag|9000||`;

function entry(number: number, kind: string, counts: number[], more: Partial<RawEntry> = {}) {
  return {
    ...{ number, kind, saleId: SALE, time: 1_000 + number, fencingToken: 1, counts },
    ...{ attempts: [], incarnation: LIFE, ...more },
  } as RawEntry;
}

function row(n: number): StoredAttempt {
  return {
    ...{ id: idOf(n), buyer: `b${n}`, ticket: n, quantity: 1 },
    ...{ state: 'held', version: 2, text: held(n) },
  };
}

const keysOf = (...all: number[]) => new Map(all.map((n) => [`b${n}:k${n}`, `${n}|1|202`]));

/** Three buyers, three tickets, three holds: nothing is wrong. */
function evidence() {
  const counts = [10, 7, 3, 0, 3, 4, 0, 0];
  return {
    saleId: SALE,
    stock: 10,
    diary: {
      presses: [press(1, 0), press(2, 10), press(3, 20)],
      looks: [look(1), look(2), look(3)],
      acts: [] as Act[],
    },
    feed: [
      entry(7, 'configured', [10, 10, 0, 0, 0, 1, 0, 0]),
      entry(8, 'entered', [10, 10, 0, 0, 3, 1, 3, 0], {
        attempts: [1, 2, 3].map((n) => [n, waiting(n)] as const),
      }),
      entry(9, 'decided', counts, { attempts: [1, 2, 3].map((n) => [n, held(n)] as const) }),
    ],
    stored: {
      rows: [row(1), row(2), row(3)],
      ledgerCounts: counts,
      ledgerNumber: 9,
      ledgerToken: 1,
      redisCounts: [...counts],
      redisAttempts: new Map([1, 2, 3].map((n) => [n, held(n)])),
      redisNumber: 9,
      redisToken: 1,
      incarnation: LIFE,
      redisBuyers: new Map([1, 2, 3].map((n) => [`b${n}`, `0|0|1|${n}`])),
      redisKeys: keysOf(1, 2, 3),
      ledgerKeys: keysOf(1, 2, 3),
      orders: [] as StoredOrder[],
    },
  } satisfies Evidence;
}

/** What the checker calls broken after something was done to the evidence. */
function kindsAfter(harm: (found: ReturnType<typeof evidence>) => void): string[] {
  const found = evidence();
  harm(found);
  return Object.keys(broken(judge(found)));
}

describe('The checker of the fault tests', () => {
  it('finds nothing in a sale in which nothing went wrong', () => {
    expect(broken(judge(evidence()))).to.deep.equal({});
    expect(judge(evidence())).to.include({ acknowledged: 3, decided: 3, presses: 3 });
  });

  it('finds an acknowledged attempt that the ledger does not have', () => {
    const kinds = kindsAfter(({ stored }) => stored.rows.splice(1, 1));
    expect(kinds).to.have.members(['lost', 'ticket gaps', 'feed, Redis and ledger differ']);
  });

  it('finds an attempt that can no longer be read, and one that is read in another state', () => {
    expect(kindsAfter(({ diary }) => diary.looks.pop())).to.deep.equal(['lost']);
    const kinds = kindsAfter(({ diary }) => diary.looks.splice(0, 1, look(1, 'sold-out')));
    expect(kinds).to.have.members(['lost', 'told what is not so']);
  });

  it('finds answers that take an earlier one back', () => {
    const kinds = kindsAfter(({ diary }) => diary.looks.unshift(look(1, 'sold-out')));
    expect(kinds).to.have.members(['taken back', 'told what is not so']);
    const back = { ...press(2, 5_000), status: 200 };
    expect(kindsAfter(({ diary }) => diary.presses.push(back))).to.deep.equal(['taken back']);
  });

  it('finds a buyer who was overtaken by one who pressed later', () => {
    const kinds = kindsAfter(({ diary }) => {
      diary.presses.splice(0, 3, press(3, 0), press(1, 10), press(2, 20));
    });
    expect(kinds).to.deep.equal(['order inversions']);
    const together = kindsAfter(({ diary }) => {
      diary.presses.splice(0, 3, press(3, 0), press(1, 4), press(2, 5));
    });
    expect(together).to.deep.equal([]);
  });

  it('finds two attempts of one buyer, and one key that led to two', () => {
    const same = { ...row(2), buyer: 'b1' };
    expect(kindsAfter(({ stored }) => stored.rows.splice(1, 1, same))).to.include('doubled');
    const kinds = kindsAfter(({ diary }) => {
      diary.presses[1] = press(2, 10, { key: 'k1' });
    });
    expect(kinds).to.include('doubled');
  });

  it('finds more units sold than there are', () => {
    const found = evidence();
    expect(broken(judge({ ...found, stock: 2 }))).to.have.keys('oversold');
  });

  it('finds buyers without an answer and attempts that nobody was told of', () => {
    const kinds = kindsAfter(({ diary }) => {
      diary.presses[2] = press(3, 20, { status: null, told: null });
    });
    expect(kinds).to.have.members(['without an answer', 'in line without being told']);
  });

  it('finds gaps in the feed and fencing tokens that fall', () => {
    const late = entry(11, 'paused', [10, 7, 3, 0, 3, 4, 0, 0]);
    expect(kindsAfter(({ feed }) => feed.push(late))).to.deep.equal(['feed gaps']);
    const kinds = kindsAfter(({ feed }) => {
      feed[1] = { ...(feed[1] as RawEntry), fencingToken: 2 };
    });
    expect(kinds).to.deep.equal(['fencing token or time fell']);
  });

  it('finds counts that do not add up or are not what the attempts come to', () => {
    for (const counts of [
      [10, 8, 3, 0, 3, 4, 0, 0],
      [10, 11, -1, 0, 3, 4, 0, 0],
      [10, 8, 2, 0, 3, 4, 0, 0],
      [10, 7, 3, 0, 3, 4, 1, 0],
    ]) {
      const kinds = kindsAfter(({ feed }) => {
        feed[2] = { ...(feed[2] as RawEntry), counts };
      });
      expect(kinds).to.include('unbalanced feed entries');
    }
  });

  it('finds an attempt that is decided twice, and tickets decided out of order', () => {
    const counts = [10, 7, 3, 0, 3, 4, 0, 0];
    const twice = entry(10, 'decided', counts, { attempts: [[3, 'sold-out|3|1|b3|tagtag|9||']] });
    expect(kindsAfter(({ feed }) => feed.push(twice))).to.include('decided twice');
    const kinds = kindsAfter(({ feed }) => {
      feed[2] = entry(9, 'decided', counts, {
        attempts: [1, 3, 2].map((n) => [n, held(n)] as const),
      });
    });
    expect(kinds).to.deep.equal(['decided out of order']);
  });

  it('finds Redis and the ledger apart from what the feed comes to', () => {
    for (const harm of [
      ({ stored }: ReturnType<typeof evidence>) => stored.redisAttempts.delete(2),
      ({ stored }: ReturnType<typeof evidence>) => stored.redisCounts.splice(1, 1, 6),
      ({ stored }: ReturnType<typeof evidence>) => {
        stored.ledgerNumber = 8;
      },
    ]) {
      expect(kindsAfter(harm)).to.include('feed, Redis and ledger differ');
    }
  });

  it('finds a hold that ends twice, too early, or too late', () => {
    const counts = [10, 7, 2, 1, 3, 4, 0, 0];
    const confirmed = 'confirmed|3|1|b3|tagtag|9000|o3|';
    const ends = (time: number, text: string, after = counts) =>
      entry(10, 'ended', after, { time, attempts: [[3, text]] });
    const late = kindsAfter(({ feed }) => feed.push(ends(9_000, confirmed)));
    expect(late).to.include('deadlines not kept').and.not.include('holds ended twice');
    const early = [10, 8, 2, 0, 3, 4, 0, 0];
    expect(
      kindsAfter(({ feed }) => feed.push(ends(8_999, 'expired|3|1|b3|tagtag|9000||', early))),
    ).to.include('deadlines not kept');
    const twice = kindsAfter(({ feed }) => {
      feed.push(ends(8_000, confirmed));
      feed.push({ ...ends(8_001, 'released|4|1|b3|tagtag|9000|o3|', early), number: 11 });
    });
    expect(twice).to.include('holds ended twice').and.not.include('decided twice');
  });

  it('takes a hold that an order binds and lets go for no change of state', () => {
    const after = [10, 7, 3, 0, 3, 4, 0, 0];
    const bound = (number: number, order: string) =>
      entry(number, 'bound', after, { attempts: [[3, `held|2|1|b3|tagtag|9000|${order}|`]] });
    const kinds = kindsAfter(({ feed, stored }) => {
      feed.push(bound(10, 'cart'), bound(11, ''));
      stored.ledgerNumber = 11;
      stored.redisNumber = 11;
    });
    expect(kinds).to.deep.equal([]);
  });

  it('finds a standby ticket that was passed over, by a new ticket or by a higher one', () => {
    const standby = (n: number) => [n, `standby|2|1|b${n}|tagtag|||`] as const;
    for (const first of [1, 2]) {
      const kinds = kindsAfter(({ feed }) => {
        const counts = [0, 0, 0, 0, 3, first + 1, 3 - first, first];
        const attempts = [1, 2].slice(0, first).map(standby);
        feed[2] = entry(9, 'decided', counts, { attempts });
        const text = first === 1 ? held(2) : 'held|3|1|b2|tagtag|9000||';
        feed.push(entry(10, 'decided', [1, 0, 1, 0, 3, 3, 1, 1], { attempts: [[2, text]] }));
      });
      expect(kinds, `${first} standing by`).to.include('passed over in standby');
    }
  });

  it('finds two live attempts of one buyer, and a buyer who got more than the limit', () => {
    const kinds = kindsAfter(({ feed }) => {
      const attempts = [1, 2, 3].map((n) => [n, waiting(n).replace('b2', 'b1')] as const);
      feed[1] = entry(8, 'entered', [10, 10, 0, 0, 3, 1, 3, 0], { attempts });
    });
    expect(kinds).to.include('doubled');
    const found = evidence();
    expect(Object.keys(broken(judge({ ...found, perBuyerLimit: 0 })))).to.deep.equal([
      'over the limit',
    ]);
  });

  /** The third hold is confirmed and paid, as the buyer was told. */
  function paid() {
    const found = evidence();
    const text = `confirmed|3|1|b3|tagtag|9000|o3|`;
    const counts = [10, 7, 2, 1, 3, 4, 0, 0];
    found.feed.push(entry(10, 'confirmed', counts, { attempts: [[3, text]] }));
    Object.assign(found.stored, { redisNumber: 10, ledgerNumber: 10 });
    Object.assign(found.stored, { redisCounts: counts, ledgerCounts: counts });
    found.stored.redisAttempts.set(3, text);
    found.stored.redisBuyers.set('b3', '1|0|1|3');
    found.stored.rows[2] = { ...row(3), state: 'confirmed', version: 3, text };
    const mine = { id: 'o3', attemptId: idOf(3), buyer: 'b3', quantity: 1 };
    found.stored.orders.push({ ...mine, reference: 'paid', state: 'placed', settled: true });
    const seen = look(3, 'confirmed');
    const told = { ...(seen.told as NonNullable<Press['told']>), version: 3, orderId: 'o3' };
    found.diary.looks[2] = { ...seen, told };
    const act = { kind: 'confirm', attemptId: idOf(3), reference: 'paid' } as const;
    found.diary.acts.push({ ...seen, ...act, told });
    return found;
  }

  function kindsOf(found: Evidence): string[] {
    return Object.keys(broken(judge(found)));
  }

  it('finds nothing in a confirmation that was paid and told', () => {
    expect(kindsOf(paid())).to.deep.equal([]);
  });

  it('finds confirmed attempts without an order, with two, and orders of nothing confirmed', () => {
    const none = paid();
    none.stored.orders.pop();
    const two = paid();
    two.stored.orders.push({ ...(two.stored.orders[0] as StoredOrder), id: 'another' });
    const other = paid();
    const placed = other.stored.orders[0] as StoredOrder;
    other.stored.orders.push({ ...placed, id: 'another', attemptId: idOf(1) });
    for (const found of [none, two, other]) {
      expect(kindsOf(found)).to.deep.equal(['orders and confirmations differ']);
    }
  });

  it('finds a confirmation that was told and is not in the ledger', () => {
    const found = evidence();
    found.diary.acts.push(...paid().diary.acts);
    expect(kindsOf(found)).to.have.members([
      'orders and confirmations differ',
      'told what is not so',
    ]);
  });

  it('finds a wish or an act that never got a definite answer', () => {
    const found = paid();
    const act = found.diary.acts[0] as Act;
    found.diary.acts.push({ ...act, reference: 'other', status: 503, told: null });
    expect(kindsOf(found)).to.deep.equal(['without an answer']);
  });

  it('finds counters of buyers and keys in Redis that the ledger does not bear out', () => {
    expect(kindsAfter(({ stored }) => stored.redisBuyers.set('b1', '0|0|2|1'))).to.deep.equal([
      'feed, Redis and ledger differ',
    ]);
    expect(kindsAfter(({ stored }) => stored.redisKeys.delete('b1:k1'))).to.deep.equal([
      'feed, Redis and ledger differ',
    ]);
  });

  /** The lane lost its last two entries and the third attempt; another took the third ticket. */
  function bereft() {
    const found = evidence();
    const counts = [10, 8, 2, 0, 2, 3, 0, 0];
    const [configured] = found.feed;
    const enter = entry(8, 'entered', [10, 10, 0, 0, 2, 1, 2, 0], {
      attempts: [1, 2].map((n) => [n, waiting(n)] as const),
    });
    const join = entry(9, 'entered', [10, 10, 0, 0, 3, 1, 3, 0], { attempts: [[3, waiting(3)]] });
    const next = { incarnation: 'another000', fencingToken: 2 };
    const again = entry(9, 'decided', counts, {
      ...next,
      attempts: [1, 2].map((n) => [n, held(n)] as const),
    });
    found.feed.splice(0, 3, configured as RawEntry, enter, join, again);
    found.stored.rows.pop();
    found.stored.redisAttempts.delete(3);
    found.stored.redisBuyers.delete('b3');
    found.stored.redisKeys.delete('b3:k3');
    found.stored.ledgerKeys.delete('b3:k3');
    const kept = { redisCounts: counts, ledgerCounts: counts, incarnation: 'another000' };
    Object.assign(found.stored, { ...kept, redisToken: 2, ledgerToken: 2 });
    found.diary.looks[2] = { ...look(3), status: 404, told: null };
    return found;
  }

  it('tells what a lane lost before its next life, and holds the rest to every promise', () => {
    const verdict = judge(bereft());
    expect(broken(verdict)).to.have.all.keys('lost');
    expect(verdict).to.include({ acknowledged: 3, decided: 2, losses: 1, void: 1 });
    expect(figures(verdict)).to.deep.equal({
      ...{ acknowledged: 3, decided: 2, lost: 1, decidedTwice: 0 },
      ...{ oversold: 0, inversions: 0, holdsEndedTwice: 0, drift: 0 },
    });
    const worse = bereft();
    worse.stored.redisCounts = [10, 9, 1, 0, 2, 3, 0, 0];
    expect(kindsOf(worse)).to.have.members(['lost', 'feed, Redis and ledger differ']);
  });

  it('tells a lost decision of an attempt that survived', () => {
    const found = bereft();
    found.diary.looks.unshift(look(1, 'sold-out'));
    expect(kindsOf(found)).to.deep.equal(['lost']);
    expect(figures(judge(found)).lost).to.equal(2);
  });

  it('finds a number that comes twice in one life, and fencing tokens that fall with a new one', () => {
    const repeated = bereft();
    repeated.feed[3] = { ...(repeated.feed[3] as RawEntry), incarnation: LIFE };
    expect(kindsOf(repeated)).to.include('feed gaps');
    const fell = bereft();
    fell.feed[3] = { ...(fell.feed[3] as RawEntry), fencingToken: 0 };
    expect(kindsOf(fell)).to.include('fencing token or time fell');
  });

  it('goes by the ledger where entries were gone before anybody could read them', () => {
    const found = bereft();
    found.feed.splice(2, 2, {
      ...entry(12, 'paused', [10, 8, 2, 0, 2, 3, 0, 0]),
      ...{ incarnation: 'another000', fencingToken: 2 },
    });
    Object.assign(found.stored, { redisNumber: 12, ledgerNumber: 12 });
    expect(kindsOf(found)).to.deep.equal(['lost']);
    expect(judge(found)).to.include({ unseen: 3 });
    found.stored.redisAttempts.delete(2);
    expect(kindsOf(found)).to.have.members(['lost', 'feed, Redis and ledger differ']);
  });
});
