import { expect } from 'chai';
import fc from 'fast-check';
import { waitRange } from '../../core/domain/wait-range.js';
import { type LineWatch, UNWATCHED, watchLine } from '../../web/client/time-to-go.js';

/** A line that is decided at `perSecond`, looked at every `everyMs` until `untilMs`. */
function watched(
  perSecond: number,
  ticket: number,
  untilMs: number,
  from: LineWatch = UNWATCHED,
  everyMs = 250,
): LineWatch {
  const start = from.samples.at(-1) ?? { at: 1_000_000, serving: 1 };
  let watch = from;
  for (let ms = from === UNWATCHED ? 0 : everyMs; ms <= untilMs; ms += everyMs) {
    const serving = start.serving + Math.floor((perSecond * ms) / 1_000);
    watch = watchLine(watch, { at: start.at + ms, serving }, ticket);
  }
  return watch;
}

describe('The time to go that a buyer is promised', () => {
  it('is not told before the line was watched for two seconds', () => {
    expect(watched(100, 5_001, 1_750).promise).to.equal(null);
    const { promise } = watched(100, 5_001, 2_000);
    const range = waitRange(4_800, 100);
    expect(promise).to.deep.equal({
      from: 1_002_000 + (range?.from ?? 0),
      to: 1_002_000 + (range?.to ?? 0),
    });
  });

  it('is not told while nothing moves', () => {
    expect(watched(0, 5_001, 60_000).promise).to.equal(null);
  });

  it('is not told by the first move after a stand: that says nothing of the pace', () => {
    const stood = watched(0, 5_001, 5_000);
    const moved = watchLine(stood, { at: 1_005_250, serving: 501 }, 5_001);
    expect(moved.promise).to.equal(null);
    expect(watched(100, 5_001, 2_000, moved).promise).to.not.equal(null);
  });

  it('is told as well to who can only ask once in a while', () => {
    expect(watched(100, 5_001, 9_000, UNWATCHED, 3_000).promise).to.not.equal(null);
  });

  it('stays the same while the pace wavers', () => {
    const first = watched(100, 5_001, 2_000);
    const faster = watched(140, 5_001, 5_000, first);
    expect(watched(80, 5_001, 5_000, faster).promise).to.equal(first.promise);
  });

  it('is made anew once it is clearly wrong: all that is expected now lies outside of it', () => {
    const first = watched(100, 5_001, 2_000);
    const { promise } = watched(2, 5_001, 15_000, first);
    expect(promise?.from).to.be.above(first.promise?.to as number);
  });

  it('outlasts a line that stands still for a moment, as while a worker takes over', () => {
    const first = watched(100, 5_001, 12_000);
    const stopped = watched(0, 5_001, 3_000, first);
    expect(watched(100, 5_001, 12_000, stopped).promise).to.equal(first.promise);
  });

  it('is made anew once its time has passed', () => {
    const first = watched(100, 1_001, 2_000);
    const stopped = watched(0, 1_001, 60_000, first);
    expect(stopped.promise).to.equal(null);
    expect(watched(50, 1_001, 3_000, stopped).promise).to.not.equal(null);
  });

  it('follows a server whose clock was set back', () => {
    const first = watched(100, 5_001, 2_000);
    const back = watchLine(first, { at: 500_000, serving: 300 }, 5_001);
    expect(back.samples).to.deep.equal([{ at: 500_000, serving: 300 }]);
  });

  it('holds for every steady line, and changes at no time', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2_000 }),
        fc.integer({ min: 1, max: 40_000 }),
        fc.integer({ min: 50, max: 2_000 }),
        (perSecond, ahead, everyMs) => {
          const ticket = ahead + 1;
          const decidedAt = 1_000_000 + (ahead / perSecond) * 1_000;
          let watch = UNWATCHED;
          const promises = new Set<string>();
          for (let at = 1_000_000; at < decidedAt && at < 1_100_000; at += everyMs) {
            const serving = 1 + Math.floor((perSecond * (at - 1_000_000)) / 1_000);
            watch = watchLine(watch, { at, serving }, ticket);
            if (watch.promise) promises.add(JSON.stringify(watch.promise));
          }
          expect(promises.size).to.be.at.most(1);
          if (watch.promise === null) return;
          expect(decidedAt).to.be.within(watch.promise.from - 1_000, watch.promise.to + 1_000);
        },
      ),
    );
  });
});
