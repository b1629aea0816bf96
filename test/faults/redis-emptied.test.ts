import { expect } from 'chai';
import type { Attempt } from '../../core/contract.js';
import type { Client, Reply } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import { PrivateRedis } from '../support/private-redis.js';
import { System } from '../support/system.js';
import { say } from './run.js';
import { laneOf } from './stored.js';

const STOCK = 100;
const BEFORE = 60;
const AFTER = 70;

interface Held {
  readonly buyer: Client;
  readonly attempt: Attempt;
}

/** What is asked again until it is answered for good. */
function untilAnswered(ask: () => Promise<Reply>): Promise<Reply> {
  return eventually(ask, ({ status }) => status !== 503, 60_000);
}

/** All press at once, and go on until they are answered; those who got in are told what they got. */
async function buyAll(system: System, saleId: string, names: readonly string[]): Promise<Held[]> {
  const buyers = names.map((name, i) => system.buyer(name, i % system.urls.length));
  const served = await Promise.all(
    buyers.map(async (buyer): Promise<Held | null> => {
      const { status, body } = await untilAnswered(() => buyer.buy(saleId, 1, 'a-key'));
      if (status === 410 && body.code === 'sold-out') return null;
      expect(status).to.equal(202);
      return { buyer, attempt: await buyer.untilDecided(body.id, 60_000) };
    }),
  );
  return served.filter((one) => one !== null);
}

function namesOf(what: string, count: number): string[] {
  return Array.from({ length: count }, (_none, i) => `${what}-${i}`);
}

/** Resolves once the ledger has all that the lane's feed has. */
async function untilLedgerHasAll(system: System, lane: number): Promise<void> {
  await eventually(
    async () => {
      const feed = await system.redis.hget(`dropgate:2:{lane-${lane}}:lane`, 'feed');
      const row = await system.db('lanes').where({ lane }).first();
      return Number(feed) - row.ledger_number;
    },
    (lag) => lag === 0,
  );
}

async function statesOf(system: System, saleId: string): Promise<Record<string, number>> {
  const rows = await system.db('attempts').where({ sale_id: saleId });
  // Nobody has "sold out" in the ledger where all who came late heard it at the door.
  const counts: Record<string, number> = { held: 0, 'sold-out': 0 };
  for (const { state } of rows) counts[state] = (counts[state] ?? 0) + 1;
  return counts;
}

function ok({ status, body }: Reply): Attempt {
  if (status !== 200) throw new Error(`${status} ${JSON.stringify(body)}`);
  return body;
}

const LOSSES: Readonly<Record<string, (redis: PrivateRedis) => Promise<void>>> = {
  'by FLUSHALL': async (redis) => {
    await redis.client.flushall();
  },
  'by a failure that took its disk along': async (redis) => {
    await redis.kill();
    redis.wipe();
    await redis.start();
  },
};

describe('A Redis that loses everything with 60 of 100 held', () => {
  let redis: PrivateRedis;
  let system: System;

  beforeEach(async () => {
    redis = await PrivateRedis.open();
    system = await System.start({ gateways: 2, workers: 2, redisUrl: redis.url });
  });

  afterEach(async () => {
    await system.stop();
    await redis.close();
  });

  for (const [how, lose] of Object.entries(LOSSES)) {
    it(`${how}, is back by itself: the 60 keep theirs, 40 more are held, never 101`, async () => {
      const saleId = await system.createSale({ stock: STOCK });
      const lane = laneOf(saleId);
      const first = await buyAll(system, saleId, namesOf('early', BEFORE));
      expect(first.every(({ attempt }) => attempt.state === 'held')).to.equal(true);
      await untilLedgerHasAll(system, lane);

      const lost = Date.now();
      await lose(redis);
      const more = await buyAll(system, saleId, namesOf('late', AFTER));
      say(`all served ${Date.now() - lost} ms after the loss`);

      const held = more.filter(({ attempt }) => attempt.state === 'held');
      expect(held).to.have.lengthOf(STOCK - BEFORE);
      const rest = more.filter(({ attempt }) => attempt.state === 'sold-out');
      expect(rest).to.have.lengthOf(more.length - held.length);
      for (const { buyer, attempt } of first) {
        expect(ok(await buyer.get(`/api/attempts/${attempt.id}`))).to.deep.equal(attempt);
      }
      const tickets = more.map(({ attempt }) => attempt.ticket).sort((a, b) => a - b);
      expect(tickets).to.deep.equal(more.map((_one, i) => BEFORE + 1 + i));

      await untilLedgerHasAll(system, lane);
      expect(await statesOf(system, saleId)).to.deep.equal({
        held: STOCK,
        'sold-out': rest.length,
      });
      const audit = await system.ops().get(`/api/ops/sales/${saleId}/audit`);
      const counts = { total: STOCK, available: 0, held: STOCK, sold: 0, waiting: 0, standby: 0 };
      expect(audit.body).to.deep.include({ drift: false, redis: counts, ledger: counts });
    });

    it(`${how}, lets a hold from before be confirmed once, and given back once`, async () => {
      const saleId = await system.createSale({ stock: STOCK });
      const [one, other] = (await buyAll(system, saleId, namesOf('early', 2))) as [Held, Held];
      await untilLedgerHasAll(system, laneOf(saleId));
      await lose(redis);
      const path = `/api/attempts/${one.attempt.id}`;
      const confirm = () => one.buyer.post(`${path}/confirm`, { paymentReference: 'paid' });
      const confirmed = ok(await untilAnswered(confirm));
      expect(confirmed.state).to.equal('confirmed');
      expect(ok(await confirm()).orderId).to.equal(confirmed.orderId);
      const leave = () => other.buyer.delete(`/api/attempts/${other.attempt.id}`);
      const gone = ok(await untilAnswered(leave));
      expect(gone.state).to.equal('released');
      expect(ok(await leave())).to.deep.equal(gone);
      const sale = () => system.stranger().get(`/api/sales/${saleId}`);
      const { body } = await eventually(sale, (reply) => reply.body.stock.available === STOCK - 1);
      expect(body.stock).to.deep.equal({ total: STOCK, available: STOCK - 1, held: 0, sold: 1 });
    });
  }
});
