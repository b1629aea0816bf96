import { expect } from 'chai';
import { LONGEST_RETRY_AFTER, Overload } from '../../../api/overload/overload.js';
import { DELAY_TARGET_MS, DEPTH_TARGET, ShedShare } from '../../../api/overload/shed-share.js';

/** Feeds one load for so long, a sample every 20 ms, and tells the share after each. */
function load(
  share: ShedShare,
  from: number,
  ms: number,
  delay: number,
  { depth = 0, crowded = false } = {},
): number[] {
  const shares: number[] = [];
  for (let at = from; at < from + ms; at += 20) {
    share.observe({ at, delay, depth, crowded });
    shares.push(share.share);
  }
  return shares;
}

/** The largest change between one share and the next. */
function largestStep(shares: readonly number[]): number {
  return Math.max(...shares.map((one, i) => Math.abs(one - (shares[i - 1] ?? one))));
}

describe('The share of requests that is shed', () => {
  it('stays at nothing while the delay stands at or below its target', () => {
    const shares = load(new ShedShare(), 0, 10_000, DELAY_TARGET_MS);
    expect(Math.max(...shares)).to.equal(0);
  });

  it('does not move for a process that was stopped, nor for a burst that is over soon', () => {
    const share = new ShedShare();
    load(share, 0, 1_000, 1);
    expect(load(share, 9_000, 20, 8_000)).to.deep.equal([0]);
    expect(Math.max(...load(share, 9_020, 1_000, 1))).to.equal(0);
    expect(Math.max(...load(share, 10_020, 800, 3 * DELAY_TARGET_MS))).to.equal(0);
  });

  it('rises while the delay stands above its target, and never to all', () => {
    const share = new ShedShare();
    const shares = load(share, 0, 10_000, 3 * DELAY_TARGET_MS);
    expect(shares).to.deep.equal([...shares].sort((a, b) => a - b));
    expect(shares.at(-1)).to.be.closeTo(0.99, 1e-9);
  });

  it('rises slower the nearer the delay is to its target', () => {
    const near = load(new ShedShare(), 0, 2_000, 1.1 * DELAY_TARGET_MS).at(-1) as number;
    const far = load(new ShedShare(), 0, 2_000, 2 * DELAY_TARGET_MS).at(-1) as number;
    expect(near).to.be.greaterThan(0).and.lessThan(far);
  });

  it('falls step by step once the delay is gone, and ends at nothing', () => {
    const share = new ShedShare();
    load(share, 0, 20_000, 1_000);
    const shares = load(share, 20_000, 20_000, 0);
    expect(shares).to.deep.equal([...shares].sort((a, b) => b - a));
    expect(largestStep(shares)).to.be.at.most(0.05);
    expect(shares.at(-1)).to.equal(0);
  });

  it('rises with attempts that pile up at the intake as well', () => {
    const shares = load(new ShedShare(), 0, 2_000, 0, { depth: 2 * DEPTH_TARGET });
    expect(shares.at(-1)).to.be.greaterThan(0.5);
    expect(load(new ShedShare(), 0, 2_000, 0, { depth: DEPTH_TARGET }).at(-1)).to.equal(0);
  });

  it('rises while new connections never stop waiting, though the delay is none', () => {
    const shares = load(new ShedShare(), 0, 2_000, 0, { crowded: true });
    expect(shares.at(-1)).to.be.greaterThan(0.5);
  });

  it('settles where a server of a tenth of the load keeps up, without swinging', () => {
    // Ten times as much comes as can be done: the backlog is what was let in and not yet done.
    const share = new ShedShare();
    const offered = 10;
    const shares: number[] = [];
    let backlogMs = 0;
    for (let at = 0; at < 60_000; at += 20) {
      backlogMs = Math.max(0, backlogMs + 20 * offered * (1 - share.share) - 20);
      share.observe({ at, delay: backlogMs, depth: 0, crowded: false });
      if (at > 30_000) shares.push(share.share);
    }
    const mean = shares.reduce((sum, one) => sum + one, 0) / shares.length;
    expect(mean).to.be.closeTo(0.9, 0.01);
    expect(Math.max(...shares) - Math.min(...shares)).to.be.lessThan(0.05);
  });
});

describe('The overload protection', () => {
  function at() {
    const clock = { now: 0 };
    const dice = { roll: 0.5 };
    const line = { waiting: 0 };
    const overload = new Overload({
      depth: () => 0,
      waiting: () => line.waiting,
      now: () => clock.now,
      random: () => dice.roll,
    });
    return { overload, clock, dice, line };
  }

  /** Stands at a delay for five seconds. */
  function stand(overload: Overload, clock: { now: number }, delay: number): void {
    for (const until = clock.now + 5_000; clock.now < until; clock.now += 20) {
      overload.look({ at: clock.now, delay, depth: 0, crowded: false });
    }
    clock.now -= 20;
  }

  it('refuses nobody while all is calm', () => {
    const { overload, clock, dice } = at();
    stand(overload, clock, 10);
    dice.roll = 0;
    expect(overload.refuses()).to.equal(false);
    expect(overload.refusesSockets).to.equal(false);
    expect(overload.shedding).to.equal(false);
    expect(overload.retryAfter).to.equal(1);
  });

  it('refuses new buyers before those who pay for what they hold', () => {
    const { overload, clock } = at();
    stand(overload, clock, 500);
    expect(overload.shedding).to.equal(true);
    expect(overload.refuses('buyer')).to.equal(true);
    expect(overload.refuses('paying')).to.equal(false);
    expect(overload.refusesSockets).to.equal(true);
  });

  it('refuses everybody in a turn of the event loop that does not end', () => {
    const { overload, clock } = at();
    stand(overload, clock, 0);
    clock.now += 900;
    expect(overload.refuses('paying')).to.equal(false);
    clock.now += 200;
    expect(overload.refuses('paying')).to.equal(true);
    overload.look({ at: clock.now, delay: 1_100, depth: 0, crowded: false });
    expect(overload.refuses('paying')).to.equal(false);
    expect(overload.shedding).to.equal(true);
    clock.now += 1_000;
    expect(overload.shedding).to.equal(false);
  });

  it('tells of such a turn for a second after it, though it refused the last long before', () => {
    const { overload, clock } = at();
    stand(overload, clock, 0);
    clock.now += 1_100;
    expect(overload.refuses()).to.equal(true);
    clock.now += 3_000;
    overload.look({ at: clock.now, delay: 4_100, depth: 0, crowded: false });
    clock.now += 999;
    expect(overload.shedding).to.equal(true);
    clock.now += 1;
    expect(overload.shedding).to.equal(false);
  });

  it('refuses new buyers, not those who pay, while 20,000 attempts wait to be taken on', () => {
    const { overload, line } = at();
    line.waiting = 19_999;
    expect(overload.refuses('buyer')).to.equal(false);
    line.waiting = 20_000;
    expect(overload.refuses('buyer')).to.equal(true);
    expect(overload.refuses('paying')).to.equal(false);
  });

  it('spreads those whom it refuses over the more seconds the more they are', () => {
    const { overload, clock, dice } = at();
    stand(overload, clock, 500);
    const seconds = new Set<number>();
    for (dice.roll = 0; dice.roll < 1; dice.roll += 0.01) seconds.add(overload.retryAfter);
    expect([...seconds]).to.deep.equal(
      Array.from({ length: LONGEST_RETRY_AFTER }, (_none, i) => i + 1),
    );
  });
});
