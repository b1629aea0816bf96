import { expect } from 'chai';
import { laneOfSale } from '../../../core/domain/ids.js';
import { saleKeys } from '../../../core/keys.js';
import { type BuyerSocket, buyBySocket, type Client } from '../../support/client.js';
import { eventually } from '../../support/eventually.js';
import { System } from '../../support/system.js';

const TIMES = 50;

interface Answer {
  /** Of the HTTP answer; over a socket 'ok', or the problem's status. */
  readonly status: number | 'ok';
  readonly id: string | null;
  readonly ticket: number | null;
}

describe('One buyer who presses Buy fifty times at once, on two gateways and both doors', () => {
  let system: System;
  let sockets: BuyerSocket[];
  let clients: Client[];
  let name: string;

  before(async () => {
    system = await System.start({ gateways: 2 });
  });

  beforeEach(async () => {
    const first = system.buyer();
    name = first.name;
    clients = [first, system.buyer(name, 1)];
    sockets = await Promise.all(clients.map(async (client) => (await client.connect()).socket));
  });

  afterEach(() => {
    for (const socket of sockets) socket.close();
  });

  after(() => system.stop());

  /** Presses Buy by all four ways in turn, all at the same moment. */
  function pressAll(sale: string, keyOf: (press: number) => string | undefined): Promise<Answer[]> {
    const presses = Array.from({ length: TIMES }, async (_none, press): Promise<Answer> => {
      const key = keyOf(press);
      if (press % 4 < 2) {
        const { status, body } = await (clients[press % 2] as Client).buy(sale, 1, key);
        return { status, id: body.id ?? null, ticket: body.ticket ?? null };
      }
      const answer = await buyBySocket(sockets[press % 2] as BuyerSocket, sale, 1, key);
      if (!answer.ok) return { status: answer.problem.status, id: null, ticket: null };
      return { status: 'ok', id: answer.attempt.id, ticket: answer.attempt.ticket };
    });
    return Promise.all(presses);
  }

  /** What Redis, the feed and the ledger have of the sale: one attempt, by this buyer. */
  async function expectOneAttempt(sale: string, id: string): Promise<void> {
    const attempt = await (clients[0] as Client).untilDecided(id);
    expect(attempt).to.include({ id, ticket: 1, quantity: 1, state: 'held' });
    const { items } = (await (clients[1] as Client).get(`/api/attempts?saleId=${sale}`)).body;
    expect(items).to.deep.equal([attempt]);
    const { body } = await system.stranger().get(`/api/sales/${sale}`);
    expect(body.line).to.include({ entered: 1, decided: 1, serving: 2 });
    expect(body.stock).to.deep.equal({ total: 100, available: 99, held: 1, sold: 0 });
    const lane = laneOfSale(sale);
    const feed = await system.redis.xrange(`dropgate:2:{lane-${lane}}:feed`, '-', '+');
    const entered = feed.filter(([, fields]) => {
      const field = (key: string) => fields[fields.indexOf(key) + 1];
      return field('s') === sale && field('k') === 'entered' && field('a') !== '';
    });
    expect(entered).to.have.lengthOf(1);
    const rows = await eventually(
      () => system.db('attempts').where({ sale_id: sale }),
      (found) => found[0]?.state === 'held',
    );
    expect(rows.map(({ buyer_id, ticket }) => [buyer_id, ticket])).to.deep.equal([[name, 1]]);
  }

  function idsOf(answers: readonly Answer[]): (string | null)[] {
    return [...new Set(answers.map(({ id }) => id).filter((id) => id !== null))];
  }

  it('gets one attempt and the same answer to each press, with one key', async () => {
    const sale = await system.createSale({ perBuyerLimit: 10 });
    const answers = await pressAll(sale, () => 'the one key');
    expect(new Set(answers.map(({ status }) => status))).to.deep.equal(new Set([202, 'ok']));
    expect(new Set(answers.map(({ ticket }) => ticket))).to.deep.equal(new Set([1]));
    const [id, ...others] = idsOf(answers);
    expect(others).to.deep.equal([]);
    await expectOneAttempt(sale, id as string);
  });

  it('gets one attempt without a key: accepted at most once, shown to every other press', async () => {
    const sale = await system.createSale({ perBuyerLimit: 10 });
    const answers = await pressAll(sale, () => undefined);
    expect(answers.map(({ status }) => status)).to.not.include.any.members([410, 422, 429, 503]);
    expect(answers.filter(({ status }) => status === 202).length).to.be.at.most(1);
    expect(new Set(answers.map(({ ticket }) => ticket))).to.deep.equal(new Set([1]));
    const [id, ...others] = idsOf(answers);
    expect(others).to.deep.equal([]);
    await expectOneAttempt(sale, id as string);
  });

  it('gets one attempt with fifty keys, of which 32 are remembered', async () => {
    const sale = await system.createSale({ perBuyerLimit: 10 });
    const answers = await pressAll(sale, (press) => `key ${press}`);
    expect(new Set(answers.map(({ ticket }) => ticket))).to.deep.equal(new Set([1]));
    const lane = laneOfSale(sale) as number;
    expect(await system.redis.hlen(saleKeys(lane, sale).requests)).to.equal(32);
    expect(answers.filter(({ status }) => status === 202).length).to.be.at.most(1);
    const [id, ...others] = idsOf(answers);
    expect(others).to.deep.equal([]);
    await expectOneAttempt(sale, id as string);
  });

  it('gets the same attempt by the same key, whichever door and gateway it comes through later', async () => {
    const sale = await system.createSale({ perBuyerLimit: 10 });
    const first = await (clients[0] as Client).buy(sale, 1, 'kept');
    await (clients[0] as Client).untilDecided(first.body.id);
    for (const client of clients) {
      const again = await client.buy(sale, 1, 'kept');
      expect([again.status, again.body.id, again.body.state]).to.deep.equal([
        202,
        first.body.id,
        'held',
      ]);
    }
    for (const socket of sockets) {
      const again = await buyBySocket(socket, sale, 1, 'kept');
      expect(again).to.have.nested.property('attempt.id', first.body.id);
      const other = await buyBySocket(socket, sale, 2, 'kept');
      expect(other).to.have.nested.property('problem.code', 'idempotency-key-reused');
    }
  });
});
