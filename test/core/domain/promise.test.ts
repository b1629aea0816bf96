import { expect } from 'chai';
import { PromiseCount, type PromisedAttempt } from '../../../core/domain/promise.js';
import { LINE_LOOK_MS, LINE_WATCHED_MS, waitRange } from '../../../core/domain/wait-range.js';

function counted(attempts: readonly PromisedAttempt[]) {
  const count = new PromiseCount();
  for (const attempt of attempts) count.add(attempt);
  const { made, kept, unknown } = count;
  return { made, kept, unknown };
}

/** The same by looking at every ticket for every attempt: slow, and plain to see. */
function countedPlainly(attempts: readonly PromisedAttempt[]) {
  const result = { made: 0, kept: 0, unknown: 0 };
  const servingAt = (time: number) =>
    attempts.reduce((n, a) => (a.decidedAt !== null && a.decidedAt <= time ? a.ticket + 1 : n), 1);
  for (const { ticket, enteredAt, decidedAt } of attempts) {
    let toldAt = enteredAt + LINE_WATCHED_MS;
    if (decidedAt !== null && decidedAt <= toldAt) continue;
    const gone = (from: number, to = from - LINE_LOOK_MS) => servingAt(from) - servingAt(to);
    const still = () => gone(toldAt) === 0 || gone(toldAt - LINE_LOOK_MS) === 0;
    const moves = attempts.map((a) => a.decidedAt ?? 0);
    while (decidedAt !== null && toldAt < decidedAt && still())
      toldAt = Math.min(...moves.filter((time) => time > toldAt));
    if (decidedAt === null || toldAt >= decidedAt) {
      result.unknown += 1;
      continue;
    }
    const pace = gone(toldAt, toldAt - LINE_WATCHED_MS) / (LINE_WATCHED_MS / 1_000);
    const range = waitRange(ticket - servingAt(toldAt), pace);
    if (!range) throw new Error('a line that moves has a range');
    result.made += 1;
    const waited = decidedAt - toldAt;
    if (waited >= range.from && waited <= range.to) result.kept += 1;
  }
  return result;
}

/** Everybody enters at once, and `perSecond` of them are decided in each second. */
function evenLine(count: number, perSecond: number): PromisedAttempt[] {
  return Array.from({ length: count }, (_none, i) => ({
    ticket: i + 1,
    enteredAt: 1_000_000,
    decidedAt: 1_000_000 + Math.ceil(((i + 1) / perSecond) * 1_000),
  }));
}

describe('The promises that were made to a line', () => {
  it('are none to those who were decided before they were told anything', () => {
    expect(counted(evenLine(200, 100))).to.deep.equal({ made: 0, kept: 0, unknown: 0 });
  });

  it('are all kept while the line moves evenly', () => {
    expect(counted(evenLine(1_000, 100))).to.deep.equal({ made: 800, kept: 800, unknown: 0 });
  });

  it('are broken for those in whose way the line stood still', () => {
    const late = evenLine(1_000, 100).map((attempt) =>
      attempt.ticket <= 500
        ? attempt
        : { ...attempt, decidedAt: (attempt.decidedAt as number) + 3_600_000 },
    );
    expect(counted(late)).to.deep.equal({ made: 800, kept: 300, unknown: 0 });
  });

  it('are broken for those who came much sooner than they were told', () => {
    const quick = evenLine(100_000, 100).map((attempt) =>
      attempt.ticket <= 300 ? attempt : { ...attempt, decidedAt: 1_000_000 + 3_001 },
    );
    const { made, kept } = counted(quick);
    expect(made).to.equal(99_800);
    expect(kept).to.be.above(100).and.below(1_000);
  });

  it('are unknown to a line that does not move, and to those who leave it', () => {
    const still = evenLine(10, 100).map((one) => ({ ...one, decidedAt: 1_060_000 }));
    expect(counted(still)).to.deep.equal({ made: 0, kept: 0, unknown: 10 });
    const left = evenLine(1_000, 100).map((one) =>
      one.ticket === 900 ? { ...one, decidedAt: null } : one,
    );
    expect(counted(left)).to.deep.equal({ made: 799, kept: 799, unknown: 1 });
  });

  it('are not made by the first move of a line that stood still', () => {
    const paused = evenLine(1_000, 100).map((one) => ({
      ...one,
      decidedAt: (one.decidedAt as number) + 30_000,
    }));
    // Those of the first second of the line are through before its pace is known.
    expect(counted(paused)).to.deep.equal({ made: 899, kept: 899, unknown: 101 });
  });

  it('are counted as if every ticket was looked at for each of them', () => {
    for (let seed = 1; seed <= 10; seed += 1) {
      let state = seed;
      const random = (below: number) => {
        state = (state * 48_271) % 2_147_483_647;
        return state % below;
      };
      const attempts: PromisedAttempt[] = [];
      let [enteredAt, decided] = [1_000_000, 1_000_000];
      for (let ticket = 1; ticket <= 150; ticket += 1) {
        enteredAt += random(3) === 0 ? random(900) : 0;
        const stall = random(25) === 0 ? 7_000 : 0;
        decided = Math.max(decided + stall + (random(4) === 0 ? random(1_500) : 0), enteredAt);
        attempts.push({ ticket, enteredAt, decidedAt: random(20) === 0 ? null : decided });
      }
      expect(counted(attempts), `seed ${seed}`).to.deep.equal(countedPlainly(attempts));
    }
  });
});
