import { once } from 'node:events';
import { expect } from 'chai';
import { io } from 'socket.io-client';
import type { AttemptAck, Problem } from '../../../core/contract.js';
import { sendPackets } from '../../support/bare-websocket.js';
import { type BuyerSocket, Client } from '../../support/client.js';
import { expectProblemBody, pathsOf } from '../../support/problems.js';
import { changedKeys, quietState, redisState } from '../../support/redis-state.js';
import { mint, System } from '../../support/system.js';
import { badTokens, inSeconds } from '../../support/tokens.js';

const BAD_QUANTITIES: readonly unknown[] = [
  'nan',
  '1',
  -1,
  0,
  1.5,
  2 ** 53,
  1001,
  null,
  undefined,
  true,
  [1],
  [],
  {},
  Buffer.from([1]),
];

/** Sends whatever it is given, with an acknowledgement. */
function emit(socket: BuyerSocket, event: string, ...args: unknown[]): Promise<AttemptAck> {
  const loose = socket.timeout(10_000) as unknown as {
    emitWithAck(event: string, ...args: unknown[]): Promise<AttemptAck>;
  };
  return loose.emitWithAck(event, ...args);
}

function problemIn(answer: AttemptAck): Problem {
  if (answer.ok) throw new Error(`accepted: ${JSON.stringify(answer)}`);
  return answer.problem;
}

describe('The socket door, asked badly', () => {
  let system: System;
  let sale: string;
  let buyer: Client;
  let socket: BuyerSocket;
  let earlier: Record<string, unknown>;

  before(async () => {
    system = await System.start();
    sale = await system.createSale({ stock: 5, perBuyerLimit: 3 });
  });

  beforeEach(async () => {
    buyer = system.buyer();
    socket = (await buyer.connect()).socket;
    earlier = await quietState(system.redis);
  });

  afterEach(async () => {
    socket.close();
    expect(changedKeys(earlier, await redisState(system.redis))).to.deep.equal([]);
    expect((await system.stranger().get('/healthz')).status).to.equal(200);
    expect(system.gateways.map(({ running }) => running)).to.deep.equal([true]);
    const faults = system.gateways[0]?.lines.filter(({ level }) => Number(level) >= 50);
    expect(faults).to.deep.equal([]);
  });

  after(() => system.stop());

  async function sendFrames(...packets: (string | Buffer)[]): Promise<void> {
    expect(await sendPackets(buyer.url, packets)).to.match(/^HTTP\/1.1 101 /);
  }

  for (const quantity of BAD_QUANTITIES) {
    it(`refuses the quantity ${JSON.stringify(quantity) ?? 'undefined'} by its path`, async () => {
      const problem = problemIn(await emit(socket, 'attempt', { saleId: sale, quantity }));
      expectProblemBody(problem, 422, 'invalid-request');
      expect(pathsOf(problem)).to.deep.equal(['quantity']);
    });
  }

  it('refuses messages that are no object', async () => {
    for (const message of [null, undefined, 'attempt', 7, [], [sale, 1], true, Buffer.from('x')]) {
      for (const event of ['attempt', 'watch', 'unwatch']) {
        const problem = problemIn(await emit(socket, event, message));
        expectProblemBody(problem, 422, 'invalid-request');
      }
    }
  });

  it('refuses the deepest message that fits a frame', async () => {
    const deep = JSON.parse(`${'['.repeat(3_000)}${']'.repeat(3_000)}`);
    const problem = problemIn(await emit(socket, 'attempt', { saleId: sale, quantity: deep }));
    expect(pathsOf(problem)).to.deep.equal(['quantity']);
  });

  it('knows no sale by a made-up id', async () => {
    const ids = [
      's0-zzzzzzzzzz',
      's7-aaaaaaaaaa',
      `${sale}:x`,
      `${sale}|`,
      `${sale}\n`,
      '{lane-0}',
      '__proto__',
      'constructor',
      '구매',
      '',
    ];
    for (const saleId of ids) {
      const attempt = problemIn(await emit(socket, 'attempt', { saleId, quantity: 1 }));
      expectProblemBody(attempt, 404, 'not-found');
      expectProblemBody(problemIn(await emit(socket, 'watch', { saleId })), 404, 'not-found');
    }
  });

  it('looks for the sale before it looks at the quantity, as the HTTP door does', async () => {
    const wish = { saleId: 's0-zzzzzzzzzz', quantity: 'nan', requestId: '' };
    expectProblemBody(problemIn(await emit(socket, 'attempt', wish)), 404, 'not-found');
  });

  it('refuses request ids that are empty, too long, outside ASCII or no text', async () => {
    for (const requestId of ['', 'x'.repeat(129), 'clé', 'a\nb', '키', 7, {}, ['a']]) {
      const problem = problemIn(
        await emit(socket, 'attempt', { saleId: sale, quantity: 1, requestId }),
      );
      expectProblemBody(problem, 422, 'invalid-request');
      expect(pathsOf(problem)).to.deep.equal(['requestId']);
    }
  });

  it('closes the connection on a frame above 16 KiB, and on it alone', async () => {
    const other = await system.buyer().connect();
    const reason = new Promise((resolve) => socket.once('disconnect', resolve));
    socket.emit('watch', { saleId: 'x'.repeat(16_384) } as never, () => undefined);
    expect(await reason).to.be.oneOf(['transport close', 'transport error']);
    expect((await emit(other.socket, 'watch', { saleId: sale })).ok).to.equal(true);
    other.socket.close();
  });

  it('closes the connection on a megabyte and on 45,000 levels of JSON', async () => {
    await sendFrames('40', `42["attempt",{"pad":"${'x'.repeat(1_048_576)}"}]`);
    await sendFrames('40', `42["attempt",${'['.repeat(45_000)}${']'.repeat(45_000)}]`);
  });

  it('closes the connection on packets that are none', async () => {
    const token = JSON.stringify({ token: buyer.token });
    await sendFrames('garbage');
    await sendFrames('4');
    await sendFrames(`40${token}`, '42{"attempt":1}');
    await sendFrames(`40${token}`, '42[');
    await sendFrames(`40${token}`, '42["disconnect"]');
    await sendFrames(`40${token}`, '49["attempt"]');
    await sendFrames(
      `40${token}`,
      '451-["attempt",{"_placeholder":true,"num":9}]',
      Buffer.from('x'),
    );
    await sendFrames(`40${token}`, Buffer.from([1, 2, 3]));
    await sendFrames('40{"token":');
  });

  it('leaves a namespace that it does not have unanswered by anything but an error', async () => {
    const elsewhere = io(`${buyer.url}/elsewhere`, {
      transports: ['websocket'],
      auth: { token: buyer.token },
      forceNew: true,
      reconnection: false,
    });
    const [error] = await once(elsewhere as never, 'connect_error');
    expect(error).to.be.an('error');
    elsewhere.close();
  });

  it('stays connected through events that nobody listens to', async () => {
    const loose = socket as unknown as { emit(event: string, ...args: unknown[]): void };
    for (const event of ['__proto__', 'constructor', 'sale', 'attempts', 'error', '']) {
      loose.emit(event, { saleId: sale, quantity: 1 });
    }
    expect((await emit(socket, 'watch', { saleId: sale })).ok).to.equal(true);
  });

  it('lets nobody connect without a token or with a bad one', async () => {
    for (const [wrong, token] of [...Object.entries(badTokens()), ['nothing', null] as const]) {
      const refused = await new Client(buyer.url, token, wrong).connect().then(
        () => null,
        (error) => error,
      );
      expect(refused, `a token with ${wrong}`).to.be.an('error');
      expectProblemBody(refused.data, 401, 'unauthenticated');
    }
  });

  it('lets nobody connect by a token that is no text', async () => {
    for (const token of [7, {}, [mint({ sub: 'a' })], true]) {
      const refused = await new Client(buyer.url, token as never, 'odd').connect().then(
        () => null,
        (error) => error,
      );
      expectProblemBody(refused.data, 401, 'unauthenticated');
    }
  });

  it('ends a connection whose token has expired meanwhile, and takes no attempt by it', async () => {
    const expiry = inSeconds(2);
    const client = new Client(buyer.url, mint({ sub: 'late', exp: expiry }), 'late');
    const late = (await client.connect()).socket;
    const reason = await new Promise((resolve) => late.once('disconnect', resolve));
    expect(reason).to.equal('io server disconnect');
    expect(Date.now()).to.be.at.least(expiry * 1000 - 50);
    const refused = await client.connect().catch((error) => error);
    expectProblemBody(refused.data, 401, 'unauthenticated');
    late.close();
  });
});

describe('A buyer who asks for no acknowledgement', () => {
  let system: System;

  before(async () => {
    system = await System.start();
  });

  after(() => system.stop());

  it('is served all the same, and the answer comes as an event', async () => {
    const sale = await system.createSale();
    const { socket } = await system.buyer().connect();
    const held = new Promise((resolve) => {
      socket.on('attempt', (attempt) => attempt.state === 'held' && resolve(attempt));
    });
    const loose = socket as unknown as { emit(event: string, ...args: unknown[]): void };
    loose.emit('attempt');
    loose.emit('watch');
    loose.emit('attempt', { saleId: sale, quantity: 'nan' });
    loose.emit('attempt', { saleId: sale, quantity: 1 }, 'no function');
    expect(await held).to.include({ saleId: sale, ticket: 1 });
    expect(system.gateways[0]?.lines.filter(({ level }) => Number(level) >= 50)).to.deep.equal([]);
    socket.close();
  });
});
