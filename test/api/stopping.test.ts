import { once } from 'node:events';
import { Agent, type ClientRequest, type IncomingMessage, request } from 'node:http';
import { json } from 'node:stream/consumers';
import { expect } from 'chai';
import { BATCH_LIMIT } from '../../core/domain/bounds.js';
import { eventually } from '../support/eventually.js';
import { PrivateRedis } from '../support/private-redis.js';
import type { Daemon } from '../support/processes.js';
import { scrape } from '../support/scrape.js';
import { mint, System } from '../support/system.js';
import { within } from '../support/within.js';

/** The 5 s that answers under way may take (docs/limits.md), and what a slow machine takes. */
const STOPPED_WITHIN_MS = 20_000;

/** So many that 3 s for each would be too long; less than what makes the gateway shed load. */
const BATCHES = 10;

const BODY = '{"quantity":1}';

describe('A gateway that is told to stop', () => {
  let system: System;
  let saleId: string;
  let buyers = 0;
  const agents: Agent[] = [];

  /** A client with one connection, which it keeps. */
  function keeping(): Agent {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    agents.push(agent);
    return agent;
  }

  /** Sends the head of a new buyer's press to the first gateway. */
  function begin(agent: Agent, headers: Readonly<Record<string, string>> = {}) {
    buyers += 1;
    const buyer = `buyer-${buyers}`;
    const press = request(`${system.urls[0]}/api/sales/${saleId}/attempts`, {
      agent,
      method: 'POST',
      headers: {
        ...headers,
        authorization: `Bearer ${mint({ sub: buyer })}`,
        'content-type': 'application/json',
        'content-length': BODY.length,
      },
    });
    press.flushHeaders();
    return { press, buyer };
  }

  /** The same, and the gateway has begun to serve it. */
  async function underWay(agent: Agent): Promise<ClientRequest> {
    const { press } = begin(agent, { expect: '100-continue' });
    await once(press, 'continue');
    return press;
  }

  /** Sends the body as well. */
  async function finish(press: ClientRequest) {
    const answered = once(press, 'response') as Promise<[IncomingMessage]>;
    press.end(BODY);
    const [response] = await answered;
    const { id } = (await json(response)) as { id: string };
    return { id, status: response.statusCode, connection: response.headers.connection };
  }

  beforeEach(async () => {
    system = await System.start({ gateways: 2 });
    saleId = await system.createSale({ stock: 1_000_000 });
  });

  afterEach(async () => {
    for (const agent of agents.splice(0)) agent.destroy();
    await system.stop();
  });

  it('answers what is under way, and closes the connection with the answer after that', async () => {
    const [gateway] = system.gateways as [Daemon];
    const agent = keeping();
    const before = await underWay(agent);

    const ended = gateway.end('SIGTERM');
    await gateway.untilLog(({ msg }) => msg === 'stopping');
    expect(await finish(before)).to.include({ status: 202 });
    const { press: after } = begin(agent);
    expect(await finish(after)).to.include({ status: 202, connection: 'close' });
    expect(after.reusedSocket).to.equal(true);
    expect(await ended).to.equal(0);
  });

  it('ends although its clients never let go, and keeps what it answered them', async () => {
    const [gateway] = system.gateways as [Daemon];
    const accepted: { id: string; buyer: string }[] = [];
    let onEnough = () => {};
    const enough = new Promise<void>((resolve) => {
      onEnough = resolve;
    });
    /** One buyer after the other, until the gateway is not there any more. */
    const pressOn = async (agent: Agent): Promise<void> => {
      const { press, buyer } = begin(agent);
      const answer = await finish(press).catch(() => null);
      if (answer?.status === 202) accepted.push({ id: answer.id, buyer });
      if (accepted.length >= 200) onEnough();
      if (answer) return pressOn(agent);
    };
    const pressing = Array.from({ length: 12 }, () => pressOn(keeping()));
    const endless = await underWay(keeping());
    const cutOff = once(endless, 'error');
    await enough;

    expect(await within(gateway.end('SIGTERM'), STOPPED_WITHIN_MS, 'the gateway ends')).to.equal(0);
    await Promise.all([...pressing, cutOff]);
    for (const { id, buyer } of accepted) {
      const found = await system.buyer(buyer, 1).get(`/api/attempts/${id}`);
      expect(found.status, id).to.equal(200);
    }
  });
});

describe('A gateway that is told to stop while Redis does not answer', () => {
  let redis: PrivateRedis;
  let system: System;

  before(async () => {
    redis = await PrivateRedis.open();
    system = await System.start({ redisUrl: redis.url });
  });

  after(async () => {
    redis.process.signal('SIGCONT');
    await system.stop();
    await redis.close();
  });

  it('ends although more batches wait than it could try one by one', async () => {
    const [gateway] = system.gateways as [Daemon];
    const saleId = await system.createSale();
    const buyers = await Promise.all(
      Array.from({ length: BATCHES }, () => system.buyer().connect()),
    );
    redis.process.signal('SIGSTOP');
    for (const { socket } of buyers) {
      for (let press = 0; press < BATCH_LIMIT; press += 1) {
        socket.emit('attempt', { saleId, quantity: 1 }, () => undefined);
      }
    }
    await eventually(
      async () => (await scrape(system.ops())).sum('dropgate_intake_depth'),
      (depth) => depth >= (BATCHES - 1) * BATCH_LIMIT,
    );
    expect(await within(gateway.end('SIGTERM'), STOPPED_WITHIN_MS, 'the gateway ends')).to.equal(0);
  });
});
