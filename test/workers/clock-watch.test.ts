import { expect } from 'chai';
import { ClockWatch, STEP_MS } from '../../workers/clock-watch.js';

/** The steps that a watch tells of readings: Redis's time, sent, answered. */
function stepsOf(...readings: [number, number, number][]): number[] {
  const watch = new ClockWatch();
  return readings.map(([redis, sentAt, answeredAt]) => watch.step({ redis, sentAt, answeredAt }));
}

describe('The watch over the time of Redis', () => {
  it('says nothing while both clocks run alike', () => {
    expect(stepsOf([1_000_000, 0, 2], [1_000_100, 100, 102], [1_060_100, 60_100, 60_101])).to.eql([
      0, 0, 0,
    ]);
  });

  it('says nothing of a step that is clamped', () => {
    const after = 1_000_100 + STEP_MS;
    expect(stepsOf([1_000_000, 0, 1], [after, 100, 101])).to.eql([0, 0]);
    expect(stepsOf([1_000_000, 0, 1], [1_000_100 - STEP_MS, 100, 101])).to.eql([0, 0]);
  });

  it('tells a jump ahead and a jump back, once each', () => {
    const hour = 3_600_000;
    const steps = stepsOf(
      [1_000_000, 0, 1],
      [1_000_100 + hour, 100, 101],
      [1_000_200 + hour, 200, 201],
      [1_000_300, 300, 301],
    );
    expect(steps).to.eql([0, hour, 0, -hour]);
  });

  it('does not take a Redis that stood still for a jump', () => {
    // Sent before Redis was stopped, taken and answered 20 s later.
    expect(
      stepsOf([1_000_000, 0, 1], [1_020_100, 100, 20_100], [1_020_200, 20_200, 20_201]),
    ).to.eql([0, 0, 0]);
    // Taken at once, answered 20 s later.
    expect(
      stepsOf([1_000_000, 0, 1], [1_000_100, 100, 20_100], [1_020_200, 20_200, 20_201]),
    ).to.eql([0, 0, 0]);
  });

  it('does not take a worker that stood still for a jump', () => {
    expect(stepsOf([1_000_000, 0, 1], [1_030_000, 30_000, 30_001])).to.eql([0, 0]);
  });
});
