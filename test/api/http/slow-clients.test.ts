import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect } from 'chai';
import { askForWebsocket } from '../../support/bare-websocket.js';
import { System } from '../../support/system.js';

/** Connections of each bad kind, all at the same time. */
const EACH = 200;

/** A reset ends a connection, too: what was just sent may cross the gateway's goodbye. */
function untilClosed(socket: Socket): Promise<void> {
  return new Promise((closed) => socket.resume().once('close', () => closed()));
}

/** Sends a byte every so often; only a limit to the whole ends such a request. */
const TRICKLE_MS = 1_000;

describe('A gateway with clients that hold on to it', () => {
  let system: System;
  let port: number;

  before(async () => {
    system = await System.start();
    port = Number(new URL(system.urls[0] as string).port);
  });

  after(() => system.stop());

  function open(first: string): Socket {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    socket.on('error', () => undefined);
    if (first !== '') socket.write(first);
    return socket;
  }

  function trickle(socket: Socket, piece: string): Socket {
    const timer = setInterval(() => socket.writable && socket.write(piece), TRICKLE_MS);
    socket.once('close', () => clearInterval(timer)).once('end', () => socket.end());
    return socket;
  }

  const post = 'POST /api/sessions HTTP/1.1\r\nHost: gateway\r\n';
  const kinds: Record<string, () => Socket> = {
    'say nothing': () =>
      open('').once('end', function (this: Socket) {
        this.end();
      }),
    'send a header a second': () => trickle(open(post), 'X-More: x\r\n'),
    'send a byte of the body a second': () =>
      trickle(open(`${post}Content-Type: application/json\r\nContent-Length: 9000\r\n\r\n`), 'x'),
    'open a websocket and say nothing': () => askForWebsocket(system.urls[0] as string),
  };

  it('ends them all by itself, and serves others meanwhile', async () => {
    const sale = await system.createSale();
    const began = performance.now();
    const ended = Object.entries(kinds).map(async ([kind, make]) => {
      const sockets = Array.from({ length: EACH }, make);
      await Promise.all(sockets.map(untilClosed));
      return `${EACH} that ${kind}: closed after ${Math.round(performance.now() - began)} ms`;
    });
    const reply = await system.buyer().buy(sale);
    expect(reply.status).to.equal(202);
    for (const line of await Promise.all(ended)) console.log(`        ${line}`);
    expect((await system.stranger().get('/readyz')).status).to.equal(200);
  });

  it('lets nobody keep a connection by asking for a websocket elsewhere', async () => {
    const socket = askForWebsocket(system.urls[0] as string, '/elsewhere');
    socket.allowHalfOpen = true;
    expect(await text(socket)).to.match(/^HTTP\/1.1 404 /);
  });
});

describe('A client address', () => {
  const GUESTS = 61;

  async function guests(system: System, forwardedFor: (i: number) => string): Promise<number[]> {
    const minted = Array.from({ length: GUESTS }, async (_none, i) => {
      const headers = { 'x-forwarded-for': forwardedFor(i) };
      const { status } = await system.stranger().post('/api/sessions', undefined, headers);
      return status;
    });
    return (await Promise.all(minted)).filter((status) => status === 429);
  }

  it('is the one of the connection, whatever X-Forwarded-For claims', async () => {
    const system = await System.start({ env: { RATE_LIMIT: 'on' } });
    try {
      expect(await guests(system, (i) => `203.0.113.${i}`)).to.have.lengthOf(1);
    } finally {
      await system.stop();
    }
  });

  it('is the last that X-Forwarded-For names behind one proxy, not what a buyer puts before', async () => {
    const system = await System.start({ env: { RATE_LIMIT: 'on', TRUST_PROXY: '1' } });
    try {
      expect(await guests(system, (i) => `203.0.113.${i}`)).to.have.lengthOf(0);
      const forged = await guests(system, (i) => `203.0.113.${i}, 198.51.100.7`);
      expect(forged).to.have.lengthOf(1);
    } finally {
      await system.stop();
    }
  });
});
