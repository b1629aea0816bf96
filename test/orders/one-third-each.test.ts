import { expect } from 'chai';
import type { Attempt } from '../../core/contract.js';
import { type BuyerSocket, buyBySocket, type Client } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import { SaleFeed } from '../support/sale-feed.js';
import { System } from '../support/system.js';

const BUYERS = 1_000;
const STOCK = 100;
const FINAL = new Set(['confirmed', 'released', 'expired', 'sold-out', 'rejected']);
const WAYS = ['confirm', 'release', 'expire'] as const;

/** A buyer on a socket, and what it was last told about its attempt. */
interface Watcher {
  readonly buyer: Client;
  readonly socket: BuyerSocket;
  readonly way: (typeof WAYS)[number];
  last: Attempt | null;
}

describe('A sale of 100 for 1,000 buyers', () => {
  let system: System;

  before(async () => {
    system = await System.start({ gateways: 2 });
  });

  after(() => system.stop());

  /** A buyer who does the one thing it has in mind as soon as it is given stock. */
  async function watcher(i: number): Promise<Watcher> {
    const buyer = system.buyer(`buyer-${i}`, i % 2);
    const { socket } = await buyer.connect();
    const one: Watcher = { buyer, socket, way: WAYS[i % 3] as Watcher['way'], last: null };
    socket.on('attempt', (attempt) => {
      if (one.last && attempt.version <= one.last.version) return;
      one.last = attempt;
      if (attempt.state === 'held') act(one, attempt.id).catch(() => undefined);
    });
    return one;
  }

  async function act({ buyer, way }: Watcher, id: string): Promise<void> {
    const path = `/api/attempts/${id}`;
    if (way === 'confirm') await buyer.post(`${path}/confirm`, { paymentReference: buyer.name });
    if (way === 'release') await buyer.delete(path);
  }

  async function crowd(): Promise<Watcher[]> {
    const all: Watcher[] = [];
    for (let i = 0; i < BUYERS; i += 50) {
      all.push(...(await Promise.all(Array.from({ length: 50 }, (_, n) => watcher(i + n)))));
    }
    return all;
  }

  it('confirms 100 and no more, serves standby by the rule, and leaves nobody hoping', async () => {
    const sale = await system.createSale({ stock: STOCK, holdSeconds: 3, standbyLimit: 900 });
    const feed = new SaleFeed(system.redis, sale);
    const all = await crowd();
    await feed.during(
      (async () => {
        const answers = await Promise.all(all.map(({ socket }) => buyBySocket(socket, sale)));
        expect(answers.filter(({ ok }) => !ok)).to.deep.equal([]);
        await eventually(
          async () => all.filter(({ last }) => !FINAL.has(last?.state ?? '')).length,
          (open) => open === 0,
          45_000,
        );
      })(),
    );
    for (const { socket } of all) socket.close();

    const ended = new Map<string, number>();
    for (const { last, way } of all) {
      const what = `${way}: ${last?.state}`;
      ended.set(what, (ended.get(what) ?? 0) + 1);
    }
    expect(ended.get('confirm: confirmed')).to.equal(STOCK);
    const allowed = ['confirm: confirmed', 'release: released', 'expire: expired'];
    const odd = [...ended.keys()].filter((w) => !allowed.includes(w) && !w.endsWith('sold-out'));
    expect(odd).to.deep.equal([]);
    expect(feed.stockFaults).to.deep.equal([]);
    // Every wish was for one unit: so stock goes to the lowest ticket, always.
    const served = feed.served;
    expect(served).to.deep.equal(served.map((_, i) => i + 1));
    await expectAgreement(sale, all);
  });

  /** Redis, the ledger, the orders and what buyers were told say the same. */
  async function expectAgreement(sale: string, all: readonly Watcher[]): Promise<void> {
    const { body } = await eventually(
      () => system.ops().get(`/api/ops/sales/${sale}/audit`),
      (reply) => reply.body.feedNumber === reply.body.ledgerNumber,
    );
    const counts = { total: STOCK, available: 0, held: 0, sold: STOCK, waiting: 0, standby: 0 };
    expect(body.redis).to.deep.equal(counts);
    expect(body.ledger).to.deep.equal(counts);
    const rows = await system.db('attempts').where({ sale_id: sale });
    const told = Object.fromEntries(all.map(({ buyer, last }) => [buyer.name, last?.state]));
    expect(Object.fromEntries(rows.map((row) => [row.buyer_id, row.state]))).to.deep.equal(told);
    const orders = await system.db('orders').where({ state: 'placed' });
    const buyers = orders.map(({ buyer_id }) => buyer_id).sort();
    const confirmed = rows.filter(({ state }) => state === 'confirmed');
    expect(buyers).to.deep.equal(confirmed.map(({ buyer_id }) => buyer_id).sort());
  }
});
