import { once } from 'node:events';
import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { Server } from 'socket.io';
import { SocketLine } from './load/socket-line.mjs';

describe('the socket line of the bench', () => {
  let io;
  let url;
  let refusals = 0;

  beforeEach(async () => {
    io = new Server(0, {
      transports: ['websocket'],
      pingInterval: 50,
      pingTimeout: 200,
      allowRequest: (request, decide) => {
        if (refusals === 0) return decide(null, true);
        refusals -= 1;
        request.socket.end('HTTP/1.1 503 Busy\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n');
      },
    });
    io.use((socket, next) => {
      next(socket.handshake.auth.token === 'good' ? undefined : new Error('unauthenticated'));
    });
    if (!io.httpServer.listening) await once(io.httpServer, 'listening');
    url = `http://127.0.0.1:${io.httpServer.address().port}`;
  });
  afterEach(() => io.close());

  it('talks to a real Socket.IO server: connects, asks, is told, and answers its pings', async () => {
    const told = [];
    io.on('connection', (socket) => {
      socket.on('attempt', (body, ack) => {
        socket.emit('attempt', { ticket: 7, name: '인형' });
        ack({ ok: true, got: body, token: socket.handshake.auth.token });
      });
    });
    const line = await SocketLine.open(url, 'good', (name, body) => told.push([name, body]));
    const [first, second] = await Promise.all([1, 2].map((n) => line.ask('attempt', { n })));
    expect([first, second]).to.deep.equal([
      { ok: true, got: { n: 1 }, token: 'good' },
      { ok: true, got: { n: 2 }, token: 'good' },
    ]);
    expect(told).to.deep.equal(Array(2).fill(['attempt', { ticket: 7, name: '인형' }]));
    const [socket] = io.sockets.sockets.values();
    for (let pongs = 0; pongs < 3; pongs += 1) await once(socket.conn, 'heartbeat');
    expect(line.closed).to.equal(false);
    const left = once(socket, 'disconnect');
    line.close();
    await left;
  });

  it('says so when the server refuses the buyer', async () => {
    const refused = await SocketLine.open(url, 'bad', () => {}).catch((error) => error);
    expect(refused.message).to.match(/^refused: 44.*unauthenticated/);
  });

  it('comes back when a busy server names a time', async () => {
    refusals = 1;
    const line = await SocketLine.open(url, 'good', () => {});
    expect(refusals).to.equal(0);
    line.close();
  });

  it('fails what is still unanswered when the connection ends', async () => {
    io.on('connection', (socket) => socket.on('attempt', () => socket.disconnect(true)));
    const line = await SocketLine.open(url, 'good', () => {});
    const failed = await line.ask('attempt', {}).catch((error) => error);
    expect(failed.message).to.equal('the socket was closed');
    expect((await line.ask('attempt', {}).catch((error) => error)).message).to.equal(
      'the socket was closed',
    );
  });
});
