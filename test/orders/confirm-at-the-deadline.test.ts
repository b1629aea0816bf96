import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import type { Client, Reply } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import { SaleFeed } from '../support/sale-feed.js';
import { System } from '../support/system.js';

const CONFIRMS = Number(process.env.CONFIRMS ?? 1_000);

/** Buyers come at this pace, so their deadlines are as far apart: well below 1,000 a second. */
const COMING_EACH_10_MS = 1;

/** Long enough that all have come before the first deadline: entering would make confirming late. */
const HOLD_SECONDS = 3 + Math.ceil(CONFIRMS / COMING_EACH_10_MS / 100);

/** How far before or after its deadline a confirmation is sent. */
const SPREAD_MS = 50;

/** Requests under way at once when all of them are looked at afterwards. */
const AT_ONCE = 50;

describe('Confirmations at the deadline', () => {
  let system: System;
  /** Confirmations that were really sent so close to the deadline: a busy machine may be late. */
  let near = 0;

  before(async () => {
    system = await System.start({ gateways: 2 });
  });

  after(() => system.stop());

  /** Lets buyers in evenly; answers them by ticket. */
  async function letIn(sale: string, byTicket: Map<number, Comer>): Promise<void> {
    const begun = Date.now();
    const entering: Promise<void>[] = [];
    for (let i = 0; i < CONFIRMS; i += 1) {
      const ahead = begun + Math.floor(i / COMING_EACH_10_MS) * 10 - Date.now();
      if (ahead > 0) await sleep(ahead);
      const buyer = system.buyer(`buyer-${i}`, i % 2);
      entering.push(
        insist(() => buyer.buy(sale, 1, 'enter')).then(({ status, body }) => {
          expect(status, JSON.stringify(body)).to.equal(202);
          byTicket.set(body.ticket, { buyer, id: body.id });
        }),
      );
    }
    await Promise.all(entering);
  }

  /** Sends each confirmation around the moment at which its hold ends, as the feed told it. */
  async function confirmAll(
    feed: SaleFeed,
    byTicket: ReadonlyMap<number, Comer>,
  ): Promise<Map<number, Reply>> {
    const planned = new Map<number, Promise<[number, Reply]>>();
    let looked = 0;
    while (planned.size < CONFIRMS) {
      const entries = await feed.read();
      for (const entry of entries.slice(looked)) {
        for (const { ticket, state, holdExpiresAt } of entry.attempts()) {
          if (state !== 'held' || planned.has(ticket)) continue;
          const offset = ((ticket * 37) % (2 * SPREAD_MS + 1)) - SPREAD_MS;
          planned.set(ticket, confirmAround(holdExpiresAt as number, offset, ticket, byTicket));
        }
      }
      looked = entries.length;
      await sleep(10);
    }
    const all = feed.during(Promise.all(planned.values()));
    return new Map(await all);
  }

  async function confirmAround(
    deadline: number,
    offset: number,
    ticket: number,
    byTicket: ReadonlyMap<number, Comer>,
  ): Promise<[number, Reply]> {
    await sleep(deadline + offset - Date.now());
    const { buyer, id } = byTicket.get(ticket) as Comer;
    if (Math.abs(Date.now() - deadline) <= SPREAD_MS) near += 1;
    const body = { paymentReference: `paid-${ticket}` };
    return [ticket, await insist(() => buyer.post(`/api/attempts/${id}/confirm`, body))];
  }

  it('each end once, confirmed or expired, and every side tells the same', async function () {
    this.timeout(60_000 + CONFIRMS * 20);
    const sale = await system.createSale({ stock: CONFIRMS, holdSeconds: HOLD_SECONDS });
    const feed = new SaleFeed(system.redis, sale);
    const byTicket = new Map<number, Comer>();
    const [, answers] = await Promise.all([letIn(sale, byTicket), confirmAll(feed, byTicket)]);
    const told = new Map<number, string>();
    for (const [ticket, { status, body }] of answers) {
      if (status === 200) expect(body).to.include({ state: 'confirmed', ticket });
      else expect({ status, code: body.code }).to.deep.equal({ status: 410, code: 'hold-expired' });
      told.set(ticket, status === 200 ? 'confirmed' : 'expired');
    }
    const sold = [...told.values()].filter((state) => state === 'confirmed').length;
    // Both ways have to be seen, else nothing was raced.
    expect(sold).to.be.within(1, CONFIRMS - 1);
    const counts = { total: CONFIRMS, available: CONFIRMS - sold, held: 0, sold };
    const audit = await eventually(
      () => system.ops().get(`/api/ops/sales/${sale}/audit`),
      ({ body }) => body.redis.held === 0 && body.feedNumber === body.ledgerNumber,
    );
    expect(audit.body.redis).to.include(counts);
    expect(audit.body.ledger).to.include(counts);
    await feed.read();
    expect(feed.stockFaults).to.deep.equal([]);
    expect(endingsOf(feed)).to.deep.equal(sorted(told));
    expect(await inLedger(sale)).to.deep.equal(sorted(told));
    expect(await asRead(byTicket)).to.deep.equal(sorted(told));
    await expectOrders(byTicket, answers);
    const what = `${sold} confirmed, ${CONFIRMS - sold} expired; ${near} sent within ±50 ms`;
    if (process.env.CONFIRMS) console.log(`      ${what}`);
  });

  /** How each ticket ended by the feed; one that ends twice is written so. */
  function endingsOf(feed: SaleFeed): [number, string][] {
    const endings = new Map<number, string>();
    for (const entry of feed.entries) {
      for (const { ticket, state } of entry.attempts()) {
        if (state === 'waiting' || state === 'held') continue;
        const before = endings.get(ticket);
        endings.set(ticket, before ? `${before}, ${state}` : state);
      }
    }
    return sorted(endings);
  }

  async function inLedger(sale: string): Promise<[number, string][]> {
    const rows = await system.db('attempts').where({ sale_id: sale }).orderBy('ticket');
    return rows.map(({ ticket, state }) => [ticket, state]);
  }

  /** What each buyer reads afterwards. */
  async function asRead(byTicket: ReadonlyMap<number, Comer>): Promise<[number, string][]> {
    const all = [...byTicket];
    const read: [number, string][] = [];
    for (let from = 0; from < all.length; from += AT_ONCE) {
      const part = all.slice(from, from + AT_ONCE).map(async ([ticket, { buyer, id }]) => {
        const { body } = await insist(() => buyer.get(`/api/attempts/${id}`));
        return [ticket, body.state] as [number, string];
      });
      read.push(...(await Promise.all(part)));
    }
    return read.sort(([a], [b]) => a - b);
  }

  /** Exactly who was told `confirmed` has an order, the one that the answer named. */
  async function expectOrders(
    byTicket: ReadonlyMap<number, Comer>,
    answers: ReadonlyMap<number, Reply>,
  ): Promise<void> {
    const named: [string, string][] = [];
    for (const [ticket, { status, body }] of answers) {
      if (status === 200) named.push([body.orderId, (byTicket.get(ticket) as Comer).buyer.name]);
    }
    const rows = await system.db('orders').where({ state: 'placed' });
    const stored = rows.map(({ id, buyer_id }) => [id, buyer_id] as [string, string]);
    expect(stored.sort(byId)).to.deep.equal(named.sort(byId));
    const lines = await system.db('order_lines').whereNotNull('attempt_id');
    expect(lines).to.have.length(named.length);
  }
});

/** A buyer who has entered. */
interface Comer {
  readonly buyer: Client;
  readonly id: string;
}

/** A connection that was closed while idle answers nothing: then the same is sent again. */
async function insist(send: () => Promise<Reply>): Promise<Reply> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await send();
    } catch (error) {
      if (tries === 5) throw error;
    }
  }
}

function sorted(states: ReadonlyMap<number, string>): [number, string][] {
  return [...states].sort(([a], [b]) => a - b);
}

function byId([a]: [string, string], [b]: [string, string]): number {
  return a < b ? -1 : 1;
}
