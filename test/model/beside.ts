import { expect } from 'chai';
import type { SaleConfig } from '../../core/domain/sale.js';
import { type FeedEntry, parseFeedEntry } from '../../core/feed.js';
import { laneKeys } from '../../core/keys.js';
import { adoptLife } from '../../lua/adopt-life.js';
import { configure as configureScript } from '../../lua/configure.js';
import { decide as decideScript, type OwnedLane } from '../../lua/decide.js';
import type { Entry as Batched } from '../../lua/enter.js';
import { RUN_ID, type ScriptLane, WORKER } from '../support/script-lane.js';
import { fold } from './fold.js';
import { configure } from './operating.js';
import { decide, nextLife, unbound } from './owning.js';
import { readRecords, recordsOf } from './records.js';
import { wantsVisit } from './standby.js';
import { type Entry, inState, type Lane, newLane, type Outcome, type Sale } from './state.js';

/** Ahead of this machine's clock: from here on the lane's time passes only when it is told to. */
const AHEAD_MS = 3_600_000;

/** How many calls a lost lane answers with `behind` before it is given its next life. */
const CALLS_BEFORE_NEXT_LIFE = 3;

/** One run: the model, and beside it the scripts on a real Redis. */
export class Beside {
  lane: Lane;
  readonly real: ScriptLane;
  readonly feed: FeedEntry[] = [];
  /** Gateway → the batch of its that was applied last. */
  readonly sent = new Map<string, readonly Batched[]>();
  /** Steps taken so far. */
  steps = 0;
  #lostCalls = 0;

  private constructor(real: ScriptLane, now: number) {
    this.real = real;
    this.lane = newLane(real.incarnation, 1, now);
  }

  static async begin(real: ScriptLane): Promise<Beside> {
    await real.reset();
    await real.advance(AHEAD_MS);
    return new Beside(real, Number(await real.redis.hget(laneKeys(0).lane, 'clock')));
  }

  /** The lane as somebody sees it who has seen all of it. */
  view(parts: Partial<OwnedLane> = {}): OwnedLane {
    const { incarnation, token: fencingToken, feed: seen } = this.lane;
    return { ...this.real.view({ incarnation, fencingToken, seen }), ...parts };
  }

  /** Does one thing on both sides: the answers and what the feed says have to be the same. */
  async step<Answer>(
    model: (lane: Lane) => Outcome<Answer>,
    script: () => Promise<Answer>,
  ): Promise<Answer> {
    if (this.lane.lost) await this.#reviveInTime();
    const outcome = model(this.lane);
    const answer = await script();
    expect(answer, 'answer').to.deep.equal(outcome.answer);
    expect((await this.#readOn()).map(told), 'feed').to.deep.equal(outcome.entries);
    this.lane = outcome.lane;
    this.steps += 1;
    await this.#expectNothingForgotten();
    return answer;
  }

  async seed(saleId: string, config: SaleConfig, total: number): Promise<void> {
    await this.step(
      (lane) => configure(lane, this.view(), saleId, config, total),
      () => configureScript(this.real.redis, this.view(), saleId, config, total),
    );
  }

  async advance(ms: number): Promise<void> {
    await this.real.advance(ms);
    this.lane = { ...this.lane, now: this.lane.now + ms };
  }

  /** Ends a life that was lost, decides all that waits; then Redis, the model and the fold of the feed have to be one. */
  async finish(): Promise<void> {
    while (this.lane.lost) await this.#reviveInTime();
    for (const sale of this.lane.sales.values()) {
      while (wantsVisit(this.lane.sales.get(sale.id) as Sale, this.lane))
        await this.#visit(sale.id);
    }
    const folded = fold(this.feed);
    expect([...folded.keys()]).to.have.members([...this.lane.sales.keys()]);
    for (const sale of this.lane.sales.values()) {
      expect(inState(sale, 'waiting'), 'undecided').to.deep.equal([]);
      expect(folded.get(sale.id), 'fold of the feed').to.deep.equal(sale);
      const records = await readRecords(this.real.redis, this.view(), sale.id);
      expect(records, 'records in Redis').to.deep.equal(recordsOf(sale));
    }
  }

  /** A lane that lost data answers nobody, until its owner has given it its next life. */
  async #reviveInTime(): Promise<void> {
    this.#lostCalls += 1;
    if (this.#lostCalls < CALLS_BEFORE_NEXT_LIFE) return;
    this.#lostCalls = 0;
    const { incarnation: found, token, feed } = this.lane;
    const [incarnation, fencingToken] = [`next${this.steps}life`, token + 1];
    const next = { lane: 0, incarnation, workerId: WORKER, fencingToken, runId: RUN_ID };
    const answer = await adoptLife(this.real.redis, found, { ...next, ledgerNumber: 0 });
    expect(answer).to.deep.equal({ kind: 'ok', feedNumber: feed });
    this.lane = nextLife(this.lane, incarnation, fencingToken);
  }

  async #visit(saleId: string): Promise<void> {
    const { feed } = this.lane;
    await this.step(
      (lane) => decide(lane, this.view(), saleId, 500),
      () => decideScript(this.real.redis, this.view(), saleId),
    );
    expect(this.lane.feed, 'a visit for nothing').to.be.greaterThan(feed);
  }

  async #readOn(): Promise<FeedEntry[]> {
    const after = `(${this.feed.length}-0`;
    const raw = await this.real.redis.xrange(laneKeys(0).feed, after, '+');
    const entries = raw.map(([id, fields]) => parseFeedEntry(id, fields));
    this.feed.push(...entries);
    return entries;
  }

  /** The lane's owner looks where it is told to: what there is to do has to be among it. */
  async #expectNothingForgotten(): Promise<void> {
    const { redis } = this.real;
    const of = laneKeys(0);
    const sales = [...this.lane.sales.values()];
    const [lines, ...scores] = await Promise.all([
      redis.smembers(of.lines),
      ...sales.map(({ id }) => redis.zscore(of.due, id)),
    ]);
    sales.forEach((sale, i) => {
      // Closing by the clock is found by its time.
      const timely = { ...this.lane, now: sale.closed ? this.lane.now : 0 };
      if (wantsVisit(sale, timely)) expect(lines, 'lines').to.include(sale.id);
      const due = dueTime(sale);
      if (due === null) return;
      expect(scores[i], 'due').to.not.equal(null);
      expect(Number(scores[i]), 'due').to.be.at.most(due);
    });
  }
}

/** When the hold sweeper has to look at a sale next. */
function dueTime(sale: Sale): number | null {
  const times = unbound(sale).map(({ holdExpiresAt }) => holdExpiresAt);
  if (!sale.opened) times.push(sale.config.opensAt);
  if (!sale.closed) times.push(sale.config.closesAt);
  const known = times.filter((time) => time !== null);
  return known.length > 0 ? Math.min(...known) : null;
}

/** An entry of the feed as the model writes it. */
function told(entry: FeedEntry): Entry {
  const { number, kind, saleId, time, counts, pausedFor, closed } = entry;
  return {
    ...{ number, kind, saleId, time, counts, pausedFor, closed },
    config: entry.config === '' ? null : JSON.parse(entry.config),
    order: entry.order === '' ? null : JSON.parse(entry.order),
    attempts: entry.attempts(),
    usedKeys: entry.usedKeys(),
  };
}
