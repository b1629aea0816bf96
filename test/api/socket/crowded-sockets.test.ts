import { once } from 'node:events';
import type { Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import {
  MESSAGES_PER_WINDOW,
  PACKETS_TOLERATED,
  SOCKETS_PER_BUYER,
} from '../../../api/socket/socket-guard.js';
import type { WatchAck } from '../../../core/contract.js';
import { askForWebsocket, frameOf } from '../../support/bare-websocket.js';
import type { BuyerSocket, Client } from '../../support/client.js';
import { eventually } from '../../support/eventually.js';
import { expectProblemBody } from '../../support/problems.js';
import { System } from '../../support/system.js';

function watch(socket: BuyerSocket, saleId: string): Promise<WatchAck> {
  return socket.timeout(10_000).emitWithAck('watch', { saleId });
}

/** Connects, or answers why not. */
async function connectOr(client: Client): Promise<BuyerSocket | Error> {
  return client.connect().then(
    ({ socket }) => socket,
    (error: Error) => error,
  );
}

/** A figure of a gateway's `/metrics`. */
async function metric(system: System, name: string): Promise<number> {
  const { body } = await system.stranger().get('/metrics');
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(body)?.[1]);
}

describe('A gateway full of sockets', () => {
  let system: System;

  before(async () => {
    system = await System.start({ env: { MAX_SOCKETS: '3' } });
  });

  after(() => system.stop());

  it('answers one more with 503 and a time to come back, and takes it when there is room', async () => {
    const clients = [system.buyer(), system.buyer(), system.buyer()];
    const sockets = await Promise.all(clients.map(async (one) => (await one.connect()).socket));
    const answer = await text(askForWebsocket(system.urls[0] as string));
    expect(answer)
      .to.match(/^HTTP\/1.1 503 /)
      .and.match(/\r\nRetry-After: [1-9]\r\n/);
    expectProblemBody(JSON.parse(answer.split('\r\n\r\n')[1] as string), 503, 'overloaded');
    expect(await connectOr(system.buyer())).to.be.an('error');
    expect(await metric(system, 'dropgate_shed_total{door="handshake"}')).to.equal(2);
    sockets[0]?.close();
    const late = await eventually(
      () => connectOr(system.buyer()),
      (one) => !(one instanceof Error),
    );
    for (const socket of [...sockets, late as BuyerSocket]) socket.close();
  });
});

describe('A socket that wants too much', () => {
  let system: System;

  before(async () => {
    system = await System.start();
  });

  after(() => system.stop());

  it('gets 429 for messages that come too fast, without any limit by buyer', async () => {
    const sale = await system.createSale();
    const { socket } = await system.buyer().connect();
    const all = Array.from({ length: 2 * MESSAGES_PER_WINDOW }, () => watch(socket, sale));
    // A starved machine may also shed some of those that were not too many.
    const refused = (await Promise.all(all)).flatMap((answer) =>
      answer.ok || answer.problem.code === 'overloaded' ? [] : [answer],
    );
    expect(refused).to.have.lengthOf(MESSAGES_PER_WINDOW);
    for (const { problem } of refused) {
      expectProblemBody(problem, 429, 'too-many-requests');
      expect(problem.retryAfter).to.be.within(1, 10);
    }
    socket.close();
  });

  it('is cut off when it does not stop', async () => {
    const { socket } = await system.buyer().connect();
    const ended = once(socket as never, 'disconnect');
    for (let i = 0; i <= PACKETS_TOLERATED; i += 1) {
      socket.emit('watch', { saleId: 'none' }, () => undefined);
    }
    expect(await ended).to.include('transport close');
  });

  it('is closed when it leaves the only namespace there is', async () => {
    const socket = askForWebsocket(system.urls[0] as string);
    const closed = once(socket, 'close');
    await once(socket, 'data');
    socket.write(frameOf(`40${JSON.stringify({ token: system.buyer().token })}`));
    await once(socket, 'data');
    socket.write(frameOf('41'));
    await closed;
    expect(
      await eventually(
        () => metric(system, 'dropgate_sockets'),
        (n) => n === 0,
      ),
    ).to.equal(0);
  });
});

describe('A buyer with too many tabs', () => {
  let system: System;

  before(async () => {
    system = await System.start({ env: { RATE_LIMIT: 'on' } });
  });

  after(() => system.stop());

  it('has a bounded number of sockets, told as 429', async () => {
    const tabs = Array.from({ length: SOCKETS_PER_BUYER }, () => system.buyer('tabs').connect());
    const open = await Promise.all(tabs);
    const refused = (await connectOr(system.buyer('tabs'))) as Error & { data: never };
    expectProblemBody(refused.data, 429, 'too-many-requests');
    expect(refused.data).to.have.property('retryAfter').that.is.a('number');
    const other = await system.buyer().connect();
    for (const { socket } of [...open, other]) socket.close();
  });
});

describe('A socket that listens to nothing it asked for', () => {
  /** Sales with 15 kB of description each, told four times a second: what nobody reads piles up. */
  const SALES = 40;
  let system: System;
  let sales: string[];

  before(async () => {
    system = await System.start();
    const ops = system.ops();
    const product = { name: 'long', price: 1, stock: 0, description: '가'.repeat(5_000) };
    const { body } = await ops.post('/api/ops/products', product);
    const sale = { productId: body.id, title: 'long', stock: 1, perBuyerLimit: 1, holdSeconds: 9 };
    const made = Array.from({ length: SALES }, () => ops.post('/api/ops/sales', sale));
    sales = (await Promise.all(made)).map((reply) => reply.body.id);
  });

  after(() => system.stop());

  async function deaf(): Promise<Socket> {
    const socket = askForWebsocket(system.urls[0] as string);
    await once(socket, 'data');
    socket.pause();
    socket.write(frameOf(`40${JSON.stringify({ token: system.buyer().token })}`));
    return socket;
  }

  it('is cut off before much waits for it, and another that listens is told all the time', async () => {
    const socket = await deaf();
    // On a busy machine the gateway may still be refusing sockets after forty sales at once.
    const connected = await eventually(
      () => connectOr(system.buyer()),
      (one) => !(one instanceof Error),
    );
    const listener = connected as BuyerSocket;
    expect(await metric(system, 'dropgate_sockets')).to.equal(2);
    for (const saleId of sales) socket.write(frameOf(`42["watch",${JSON.stringify({ saleId })}]`));
    await watch(listener, sales[0] as string);
    let told = 0;
    listener.on('sale', () => {
      told += 1;
    });
    const memory = await metric(system, 'dropgate_process_resident_memory_bytes');
    await eventually(
      async () => {
        const one = { quantity: 1 };
        await Promise.all(
          sales.map((id) => system.ops().post(`/api/ops/sales/${id}/restock`, one)),
        );
        // The pushes are at most four a second a sale: asking faster would only heat the room.
        await sleep(250);
        // A client that is deaf can still say that it lives.
        socket.write(frameOf('3'));
        return metric(system, 'dropgate_sockets');
      },
      (sockets) => sockets === 1,
      120_000,
    );
    const grown = (await metric(system, 'dropgate_process_resident_memory_bytes')) - memory;
    console.log(
      `        cut off after ${told} changes of a sale, ${Math.round(grown / 1e6)} MB more`,
    );
    expect(await metric(system, 'dropgate_sockets_cut_total{reason="deaf"}')).to.equal(1);
    expect(told).to.be.greaterThan(0);
    expect((await watch(listener, sales[1] as string)).ok).to.equal(true);
    listener.close();
    socket.destroy();
  });
});
