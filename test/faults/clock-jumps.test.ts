import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { laneOfSale } from '../../core/domain/ids.js';
import type { Client } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import { ShiftedTime } from '../support/shifted-time.js';
import { System } from '../support/system.js';

const HOUR_S = 3_600;

interface Held {
  readonly buyer: Client;
  readonly id: string;
}

/** Longer than several sweeps: what would have been done by then would have been seen. */
const SOME_SWEEPS_MS = 600;

describe('A time of Redis that jumps', () => {
  let system: System;
  let time: ShiftedTime;

  beforeEach(async () => {
    system = await System.start({ workers: 0, gateways: 0 });
    time = await ShiftedTime.open(system.servers.REDIS_URL);
    await Promise.all([system.startWorker({ REDIS_URL: time.url }), system.startGateway()]);
  });

  afterEach(async () => {
    await system.stop();
    time.close();
  });

  async function clockOf(saleId: string): Promise<string> {
    const { body } = await system.ops().get('/api/ops/lanes');
    return body.items.find((item: { lane: number }) => item.lane === laneOfSale(saleId)).clock;
  }

  async function hold(saleId: string): Promise<Held> {
    const buyer = system.buyer();
    const { body } = await buyer.buy(saleId);
    const attempt = await buyer.untilDecided(body.id);
    expect(attempt.state).to.equal('held');
    return { buyer, id: attempt.id };
  }

  /** Nothing goes by the clock any more, all else goes on, until an operator resumes. */
  async function expectStopped(saleId: string, [kept, confirmed]: readonly [Held, Held]) {
    await sleep(SOME_SWEEPS_MS);
    const { body } = await kept.buyer.get(`/api/attempts/${kept.id}`);
    expect(body.state).to.equal('held');
    const paid = { paymentReference: 'paid' };
    const answer = await confirmed.buyer.post(`/api/attempts/${confirmed.id}/confirm`, paid);
    expect(answer).to.include({ status: 200 });
    await hold(saleId);
  }

  it('ends no hold and opens nothing when it leaps an hour ahead, until an operator resumes', async () => {
    const saleId = await system.createSale({ holdSeconds: 2 });
    const opensAt = Date.now() + 1_500;
    const scheduled = await system.createSale({ opensAt: new Date(opensAt).toISOString() });
    const held = [await hold(saleId), await hold(saleId)] as const;
    time.shift = HOUR_S;
    await eventually(
      () => clockOf(saleId),
      (clock) => clock === 'stopped',
    );
    await system.workers[0]?.untilLog(({ level }) => level === 60);
    await expectStopped(saleId, held);
    await sleep(opensAt + SOME_SWEEPS_MS - Date.now());
    expect((await system.buyer().buy(scheduled)).body.code).to.equal('sale-not-open');
    time.shift = 0;
    await sleep(SOME_SWEEPS_MS);
    expect(await clockOf(saleId)).to.equal('stopped');

    for (const id of [saleId, scheduled]) {
      const { status } = await system.ops().post(`/api/ops/sales/${id}/resume`);
      expect(status).to.equal(200);
      expect(await clockOf(id)).to.equal('running');
    }
    expect((await system.buyer().buy(scheduled)).status).to.equal(202);
    const [first] = held;
    await eventually(
      () => first.buyer.get(`/api/attempts/${first.id}`),
      (reply) => reply.body.state === 'expired',
    );
  });

  it('goes on when it is resumed as soon as it is right, before a worker has seen that it is', async () => {
    const saleId = await system.createSale();
    const times = 4;
    for (let jumps = 0; jumps < times; jumps += 1) {
      time.shift = HOUR_S;
      await eventually(
        () => clockOf(saleId),
        (clock) => clock === 'stopped',
      );
      time.shift = 0;
      const { status } = await system.ops().post(`/api/ops/sales/${saleId}/resume`);
      expect(status).to.equal(200);
      await sleep(SOME_SWEEPS_MS);
      expect(await clockOf(saleId)).to.equal('running');
    }
    const lane = laneOfSale(saleId);
    const alarms = system.workers[0]?.lines.filter(
      (line) => line.level === 60 && line.lane === lane,
    );
    expect(alarms).to.have.length(times);
  });

  it('ends no hold when it falls back an hour, and goes on from what an operator says is right', async () => {
    const saleId = await system.createSale({ holdSeconds: 60 });
    const held = [await hold(saleId), await hold(saleId)] as const;
    // Seen from the lane's last change, the time is an hour behind now.
    const key = `dropgate:2:{lane-${laneOfSale(saleId)}}:lane`;
    await system.redis.hincrby(key, 'clock', HOUR_S * 1_000);
    await eventually(
      () => clockOf(saleId),
      (clock) => clock === 'stopped',
    );
    await expectStopped(saleId, held);
    await system.ops().post(`/api/ops/sales/${saleId}/resume`);
    await sleep(SOME_SWEEPS_MS);
    expect(await clockOf(saleId)).to.equal('running');
    const { body } = await system.ops().get(`/api/sales/${saleId}`);
    expect(Math.abs(Date.parse(body.serverTime) - Date.now())).to.be.lessThan(10_000);
  });
});
