import { expect } from 'chai';
import { broken, type Evidence, judge } from './checker/checker.js';
import type { Exchange, Press } from './diary.js';
import type { RawEntry } from './feed-recorder.js';
import type { StoredAttempt } from './stored.js';

const SALE = 's0-abcdefghij';

function press(n: number, sentAt: number, more: Partial<Press> = {}): Press {
  const told = { id: `a${n}`, ticket: n, quantity: 1, state: 'waiting', version: 1 };
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
const held = (n: number) => `held|2|1|b${n}|tagtag|9||`;

function entry(number: number, kind: string, counts: number[], more: Partial<RawEntry> = {}) {
  return {
    ...{ number, kind, saleId: SALE, time: 1_000 + number, fencingToken: 1, counts },
    ...{ attempts: [], ...more },
  } as RawEntry;
}

function row(n: number): StoredAttempt {
  return {
    ...{ id: `a${n}`, buyer: `b${n}`, ticket: n, quantity: 1 },
    ...{ state: 'held', text: held(n) },
  };
}

/** Three buyers, three tickets, three holds: nothing is wrong. */
function evidence() {
  const counts = [10, 7, 3, 0, 3, 4, 0, 0];
  return {
    saleId: SALE,
    stock: 10,
    diary: {
      presses: [press(1, 0), press(2, 10), press(3, 20)],
      looks: [look(1), look(2), look(3)],
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
    expect(kinds).to.deep.equal(['lost']);
  });

  it('finds answers that take an earlier one back', () => {
    const kinds = kindsAfter(({ diary }) => diary.looks.unshift(look(1, 'sold-out')));
    expect(kinds).to.deep.equal(['taken back']);
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
});
