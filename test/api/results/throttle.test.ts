import { expect } from 'chai';
import { Throttle } from '../../../api/results/throttle.js';

describe('A throttle', () => {
  it('lets the first call through at once and the last of a burst a little later, and no other', async () => {
    const sent: string[] = [];
    let arrived: () => void = () => undefined;
    const throttle = new Throttle(20, (key) => {
      sent.push(`${key} ${value}`);
      if (sent.length > 1) arrived();
    });
    let value = 0;
    const second = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    for (value = 1; value <= 100; value += 1) throttle.touch('sale');
    value = 100;
    expect(sent).to.deep.equal(['sale 1']);
    await second;
    expect(sent).to.deep.equal(['sale 1', 'sale 100']);
    throttle.close();
  });

  it('rests after the last of a burst as well, and then lets a call through at once', async () => {
    const times: number[] = [];
    const waiters: (() => void)[] = [];
    const throttle = new Throttle(40, () => {
      times.push(performance.now());
      waiters.shift()?.();
    });
    throttle.touch('sale');
    for (let i = 0; i < 3; i += 1) {
      const next = new Promise<void>((resolve) => waiters.push(resolve));
      throttle.touch('sale');
      throttle.touch('sale');
      await next;
    }
    expect(times).to.have.lengthOf(4);
    // Never sooner than asked for; a timer of Node may be a millisecond early.
    times.slice(1).forEach((time, i) => {
      expect(time - (times[i] as number)).to.be.at.least(38);
    });
    throttle.close();
  });

  it('keeps keys apart', () => {
    const sent: string[] = [];
    const throttle = new Throttle(1_000, (key) => sent.push(key));
    for (const key of ['one', 'two', 'one', '__proto__']) throttle.touch(key);
    expect(sent).to.deep.equal(['one', 'two', '__proto__']);
    throttle.close();
  });

  it('sends nothing more once it is closed', async () => {
    const sent: string[] = [];
    const throttle = new Throttle(5, (key) => sent.push(key));
    throttle.touch('sale');
    throttle.touch('sale');
    throttle.close();
    // A later timer of the same length comes after the one that was cleared.
    const other = new Promise<void>((resolve) => {
      const after = new Throttle(5, (key) => key === 'last' && resolve());
      after.touch('first');
      setTimeout(() => after.touch('last'), 5);
    });
    await other;
    expect(sent).to.deep.equal(['sale']);
  });
});
