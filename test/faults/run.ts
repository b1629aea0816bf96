import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { eventually } from '../support/eventually.js';
import type { Daemon } from '../support/processes.js';
import type { System } from '../support/system.js';
import { broken, judge, type Verdict } from './checker/checker.js';
import { Crowd, type Manners } from './crowd.js';
import { FeedRecorder, type RawEntry } from './feed-recorder.js';
import { laneOf, readStored } from './stored.js';

/** More than any crowd here buys: the line never ends by being sold out. */
export const AMPLE = 1_000_000;

/** What of a sale a run may choose. */
export interface SaleFields {
  readonly stock: number;
  readonly perBuyerLimit: number;
  readonly holdSeconds: number;
  readonly standbyLimit: number;
}

/** One sale under load with everything that is noted about it. */
export class Run {
  /** Those whose crowd may still be pressing. */
  static readonly #going = new Set<Run>();

  readonly system: System;
  readonly saleId: string;
  readonly lane: number;
  readonly stock: number;
  readonly perBuyerLimit: number;
  readonly crowd: Crowd;
  readonly feed: FeedRecorder;

  readonly #life: Manners['life'];

  private constructor(system: System, saleId: string, sale: SaleFields, manners: Manners) {
    this.system = system;
    this.saleId = saleId;
    this.stock = sale.stock;
    this.perBuyerLimit = sale.perBuyerLimit;
    this.#life = manners.life;
    this.lane = laneOf(saleId);
    this.crowd = new Crowd(system.urls, saleId, manners);
    this.feed = new FeedRecorder(system.redis, this.lane).start();
  }

  /**
   * Creates a sale and sends the crowd; quantities go up to 3 when the stock is ample. Buyers who
   * live their whole life have holds that expire soon, and may stand by.
   */
  static async begin(
    system: System,
    manners: Manners = {},
    stock = AMPLE,
    fields: Partial<SaleFields> = {},
  ): Promise<Run> {
    const whole = { holdSeconds: 2, standbyLimit: 100 };
    const sale: SaleFields = {
      ...{ stock, perBuyerLimit: 3, holdSeconds: 3_600, standbyLimit: 0 },
      ...(manners.life === 'whole' ? whole : {}),
      ...fields,
    };
    const saleId = await system.createSale({ ...sale });
    const quantityOf = stock === AMPLE ? (buyer: number) => 1 + (buyer % 3) : () => 1;
    const run = new Run(system, saleId, sale, { quantityOf, ...manners });
    Run.#going.add(run);
    run.crowd.start();
    return run;
  }

  /** Ends the load of tests that failed half-way: the tests after them want the lane to themselves. */
  static async endLeftOver(): Promise<void> {
    for (const run of Run.#going) {
      await run.crowd.stop();
      await run.feed.stop();
    }
    Run.#going.clear();
  }

  /** Resolves with the first entry of the feed that leaves attempts undecided. */
  async untilLineNotEmpty(): Promise<RawEntry> {
    return this.feed.next(({ kind, counts }) => kind === 'entered' && (counts[6] ?? 0) > 0);
  }

  /** Lane owner's process by the lease. */
  async owner(): Promise<Daemon> {
    const owner = await eventually(
      () => this.system.ownerOf(this.lane),
      (daemon) => daemon !== undefined,
    );
    return owner as Daemon;
  }

  async token(): Promise<number> {
    return Number(await this.system.redis.hget(this.laneKey('lane'), 'fencingToken'));
  }

  laneKey(name: string): string {
    return `dropgate:2:{lane-${this.lane}}:${name}`;
  }

  /** Resolves when no line waits and the ledger has the whole feed. */
  async untilDrained(): Promise<void> {
    await eventually(
      async () => {
        const undecided = await this.system.redis.scard(this.laneKey('lines'));
        const feed = Number(await this.system.redis.hget(this.laneKey('lane'), 'feed'));
        const row = await this.system.db('lanes').where({ lane: this.lane }).first();
        const recorded = this.feed.number;
        const drained = undecided === 0 && row.ledger_number === feed && recorded === feed;
        if (!drained) await sleep(20);
        return { drained, undecided, feed, recorded, ledger: row.ledger_number };
      },
      ({ drained }) => drained,
      30_000,
    );
  }

  /** Resolves when no hold and no standby is left: what is left ends by its time. */
  async untilEnded(): Promise<void> {
    await eventually(
      async () => {
        await sleep(50);
        return this.system.redis.hmget(this.laneKey(`sale:${this.saleId}`), 'held', 'standby');
      },
      ([held, standby]) => held === '0' && standby === '0',
      60_000,
    );
  }

  /** Ends the load, waits until all is drained and looked at, and judges what was noted. */
  async verdict(): Promise<Verdict> {
    await this.crowd.stop();
    if (this.#life === 'whole') await this.untilEnded();
    await this.untilDrained();
    await this.crowd.lookAtAll();
    // Nobody may change anything any more: what is read now is one moment.
    await this.untilDrained();
    const { saleId, stock, perBuyerLimit, crowd: diary } = this;
    const stored = await readStored(this.system, saleId);
    const feed = [...this.feed.entries];
    await this.feed.stop();
    Run.#going.delete(this);
    return judge({ saleId, stock, perBuyerLimit, diary, feed, stored });
  }

  /** The same, and no promise may be broken. */
  async expectWhole(): Promise<Verdict> {
    const verdict = await this.verdict();
    say(`${verdict.presses} presses, ${verdict.acknowledged} attempts, ${this.statuses()}`);
    expect(broken(verdict)).to.deep.equal({});
    expect(verdict.acknowledged).to.be.greaterThan(0);
    expect(verdict.decided).to.equal(verdict.acknowledged);
    return verdict;
  }

  /** Does something after each of the feed's entries until the crowd's last buyer is served. */
  async duringLoad(act: () => Promise<unknown>): Promise<void> {
    let over = false;
    const ended = this.crowd.untilAllServed().then(() => {
      over = true;
    });
    while (!over) {
      await act();
      await Promise.race([ended, this.feed.next(() => true)]);
    }
  }

  /** How often each status was answered to a press, such as `202: 950, 503: 3`. */
  statuses(): string {
    const counts = new Map<string, number>();
    for (const { status } of this.crowd.presses) {
      const name = status === null ? 'cut off' : String(status);
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    return [...counts].map(([status, count]) => `${status}: ${count}`).join(', ');
  }

  /** The longest time between two decisions of the sale, in milliseconds. */
  get longestPause(): number {
    const times = this.feed.entries
      .filter(({ kind, saleId }) => kind === 'decided' && saleId === this.saleId)
      .map(({ time }) => time);
    return Math.max(...times.map((time, i) => time - (times[i - 1] ?? time)));
  }

  /** Milliseconds between the last decision by one token and the first by a later one. */
  pauseBefore(first: RawEntry): number {
    const at = this.feed.entries.indexOf(first);
    const last = this.feed.entries.slice(0, at).findLast(({ kind }) => kind === 'decided');
    return first.time - (last?.time ?? first.time);
  }
}

/** Resolves with the first decision under a token above the given one. */
export function firstDecisionAbove(run: Run, token: number, from: number): Promise<RawEntry> {
  return run.feed.next(
    ({ kind, fencingToken }) => kind === 'decided' && fencingToken > token,
    from,
  );
}

/** Prints a figure below the test's title. */
export function say(text: string): void {
  console.log(`        ${text}`);
}

/** Prints minimum, median and maximum. */
export function sayFigures(label: string, figures: readonly number[]): void {
  const sorted = [...figures].sort((a, b) => a - b);
  const [least, middle, most] = [sorted[0], sorted[sorted.length >> 1], sorted.at(-1)];
  say(`${label}: min ${least} ms, median ${middle} ms, max ${most} ms (${sorted.length} times)`);
}

// The fault runs by seed have no test runner; there each run ends before the next.
globalThis.afterEach?.(() => Run.endLeftOver());
