import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import type { Client } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import { System } from '../support/system.js';
import { type Arrival, Arrivals } from './arrivals.js';
import { judge } from './checker/checker.js';
import { Crowd } from './crowd.js';
import { FeedRecorder } from './feed-recorder.js';
import { AMPLE, say } from './run.js';
import { laneOf, readStored } from './stored.js';

/** Longer: `OVERLOAD_SECONDS=20 npm test -- test/faults/overload.test.ts`. */
const SECONDS = Number(process.env.OVERLOAD_SECONDS ?? 3);

/**
 * Multiples of the capacity; others by `OVERLOAD_FACTORS=1,3`. Buyers who take turns measure what a
 * gateway does for a few: for a crowd it does several times as much, so the last is doubled until
 * it is too much.
 */
const FACTORS = (process.env.OVERLOAD_FACTORS ?? '1,2,5,10').split(',').map(Number);
const MOST = 4 * Math.max(...FACTORS);

/**
 * The gateway's JavaScript is interpreted, never compiled: it takes several times as long, what is
 * refused no less than what is served. So one machine can offer ten times what the gateway can do,
 * without privileges and without slowing anything else. `OVERLOAD_NODE_OPTIONS=` offers it to a
 * gateway as it is, if the machine can.
 */
const SLOWED = process.env.OVERLOAD_NODE_OPTIONS ?? '--jitless';

/** Buyers who take turns while the capacity is measured. */
const PLACES = 8;

interface Row {
  readonly factor: number;
  readonly arrivals: readonly Arrival[];
  readonly notSent: number;
  readonly readiness: readonly number[];
  readonly calmAfterMs: number;
}

function isRefusing({ arrivals }: Row): boolean {
  return arrivals.some(({ status }) => status === 503);
}

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

function figures({ factor, arrivals, notSent, calmAfterMs }: Row): string {
  const good = arrivals.filter(({ status }) => status === 202);
  const shed = arrivals.filter(({ status }) => status === 503);
  const cutOff = arrivals.filter(({ status }) => status === null);
  const waits = (of: readonly Arrival[], share: number) =>
    percentile(
      of.map(({ dueAt, answeredAt }) => answeredAt - dueAt),
      share,
    ).toFixed(0);
  const late = Math.max(...arrivals.map(({ dueAt, sentAt }) => sentAt - dueAt));
  const cells = [
    `${factor}×`,
    Math.round((arrivals.length + notSent) / SECONDS),
    Math.round(good.length / SECONDS),
    `${((100 * shed.length) / (arrivals.length + notSent)).toFixed(1)} %`,
    ...[waits(good, 0.5), waits(good, 0.99), waits(shed, 0.99)],
    ...[cutOff.length, notSent, late.toFixed(0), calmAfterMs.toFixed(0)],
  ];
  return `| ${cells.join(' | ')} |`;
}

describe('A gateway that is offered more than it can do', () => {
  let system: System;
  let saleId: string;
  let feed: FeedRecorder;
  let crowd: Crowd;
  let arrivals: Arrivals;
  let probe: Client;

  before(async () => {
    system = await System.start({ gateways: 0 });
    await system.startGateway({ NODE_OPTIONS: SLOWED });
    saleId = await system.createSale({ stock: AMPLE, perBuyerLimit: 1, holdSeconds: 3_600 });
    feed = new FeedRecorder(system.redis, laneOf(saleId)).start();
    crowd = new Crowd(system.urls, saleId);
    arrivals = new Arrivals(system.urls[0] as string, saleId);
    probe = system.stranger();
  });

  after(async () => {
    arrivals.close();
    await feed.stop();
    await system.stop();
  });

  /** Asks both probes all the time that the load lasts. */
  async function probing(load: Promise<unknown>): Promise<number[]> {
    const readiness: number[] = [];
    let over = false;
    const ended = load.finally(() => {
      over = true;
    });
    while (!over) {
      const [alive, ready] = await Promise.all([probe.get('/healthz'), probe.get('/readyz')]);
      expect(alive.status).to.equal(200);
      readiness.push(ready.status);
      await Promise.race([ended, sleep(200)]);
    }
    return readiness;
  }

  async function offer(factor: number, capacity: number): Promise<Row> {
    const load = arrivals.atRate(factor * capacity, SECONDS * 1_000);
    const readiness = await probing(load);
    const over = performance.now();
    const ready = async () => {
      const { status } = await probe.get('/readyz');
      readiness.push(status);
      return status;
    };
    await eventually(ready, (status) => status === 200, 60_000);
    return { factor, ...(await load), readiness, calmAfterMs: performance.now() - over };
  }

  /** Resolves when nobody waits in line and the ledger has all. */
  async function untilDrained(): Promise<void> {
    const lane = laneOf(saleId);
    const key = (name: string) => `dropgate:2:{lane-${lane}}:${name}`;
    const state = async () => ({
      undecided: await system.redis.scard(key('lines')),
      feed: Number(await system.redis.hget(key('lane'), 'feed')),
      recorded: feed.entries.at(-1)?.number,
      ledger: (await system.db('lanes').where({ lane }).first()).ledger_number,
    });
    await eventually(
      state,
      (now) => now.undecided === 0 && now.ledger === now.feed && now.recorded === now.feed,
      60_000,
    );
  }

  /** Every promise but one: who is refused and stays away has no answer, and none was promised. */
  async function brokenPromises(): Promise<string[]> {
    crowd.presses.push(...arrivals.presses);
    await untilDrained();
    await crowd.lookAtAll();
    const evidence = { saleId, stock: AMPLE, diary: crowd, feed: [...feed.entries] };
    const { acknowledged, decided, findings } = judge({
      ...evidence,
      stored: await readStored(system, saleId),
    });
    say(`${acknowledged} acknowledged, ${decided} decided`);
    expect(decided).to.equal(acknowledged);
    const { 'without an answer': _refused, ...promises } = findings;
    return Object.values(promises).flat();
  }

  it('serves what it can, refuses the rest with a time to come back, and breaks no promise', async function () {
    this.timeout(180_000 + FACTORS.length * SECONDS * 10_000);
    await arrivals.takingTurns(PLACES, 1_000);
    const turns = await arrivals.takingTurns(PLACES, SECONDS * 1_000);
    const capacity = turns.filter(({ status }) => status === 202).length / SECONDS;
    const rows: Row[] = [];
    for (const factor of FACTORS) rows.push(await offer(factor, capacity));
    let last = rows.at(-1) as Row;
    while (!isRefusing(last) && last.factor < MOST) {
      last = await offer(2 * last.factor, capacity);
      rows.push(last);
    }

    const broken = await brokenPromises();
    say(`capacity ${Math.round(capacity)} attempts/s by ${PLACES} who take turns; Node ${SLOWED}`);
    say('| load | offered/s | good/s | shed | p50 good | p99 good | p99 shed, ms | cut off |');
    say('  not sent | sent late by at most, ms | ready again after, ms |');
    for (const row of rows) say(figures(row));
    const refused = /^dropgate_shed_total.*$/gm.exec((await probe.get('/metrics')).body)?.[0];
    say(`broken promises: ${broken.length}; ${refused}`);
    expect(broken).to.deep.equal([]);

    const all = rows.flatMap((row) => row.arrivals);
    for (const { status, code, retryAfter } of all) {
      if (status === 503)
        expect([code, Number(retryAfter) >= 1]).to.deep.equal(['overloaded', true]);
      else expect(status).to.be.oneOf([202, null]);
    }
    for (const { arrivals: each } of rows) {
      expect(each.some(({ status }) => status === 202)).to.equal(true);
    }
    expect(isRefusing(last)).to.equal(true);
    expect(last.readiness).to.include(503);
  });
});
