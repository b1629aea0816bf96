import { once } from 'node:events';
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { type Socket as IoSocket, Server } from 'socket.io';
import { io as connect, type Socket } from 'socket.io-client';
import WebSocket from 'ws';
import { frameMessages, messageOf, send } from '../../../api/socket/frames.js';

const stock = (available: number) => messageOf('stock', { productId: 'p1', available });

const told = (socket: Socket, event: string) =>
  new Promise<void>((resolve) => socket.once(event, () => resolve()));

describe('A message that is sent straight', () => {
  let http: HttpServer;
  let server: Server;
  let port: number;

  before(async () => {
    http = createServer();
    server = new Server(http, { transports: ['websocket'], perMessageDeflate: false });
    frameMessages(server.engine);
    http.listen(0, '127.0.0.1');
    await once(http, 'listening');
    port = (http.address() as AddressInfo).port;
  });

  after(() => server.close());

  async function connected(): Promise<{ here: IoSocket; there: Socket }> {
    const there = connect(`http://127.0.0.1:${port}`, {
      transports: ['websocket'],
      forceNew: true,
    });
    const [[here]] = await Promise.all([once(server, 'connection'), told(there, 'connect')]);
    return { here, there };
  }

  it('keeps its place among those that Socket.IO sends, long ones too', async () => {
    const { here, there } = await connected();
    const heard: number[] = [];
    there.on('stock', ({ available }) => heard.push(available));
    const all = told(there, 'end');
    const count = 300;
    for (let i = 0; i < count; i += 1) {
      if (i % 7 === 3) here.emit('stock', { productId: 'x'.repeat(200_000), available: i });
      else if (i % 5 === 2) here.emit('stock', { productId: 'p1', available: i });
      else send(here, stock(i));
      // Some come in one turn, some when the ones before have left.
      if (i % 11 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    here.emit('end');
    await all;
    expect(heard).to.deep.equal(Array.from({ length: count }, (_none, i) => i));
    there.close();
  });

  it('does not pass by Engine.IO for a client that does not read, so that the guard sees it', async () => {
    const { here, there } = await connected();
    const { socket } = here.request;
    const packets: unknown[] = [];
    here.conn.on('packetCreate', (packet) => packets.push(packet));
    socket.cork();
    send(here, stock(1));
    send(here, stock(2));
    socket.uncork();
    expect(packets).to.have.length(1);
    there.close();
  });

  it('says nothing after a goodbye', async () => {
    const client = new WebSocket(`ws://127.0.0.1:${port}/socket.io/?EIO=4&transport=websocket`);
    client.on('open', () => client.send('40'));
    const [here] = (await once(server, 'connection')) as [IoSocket];
    const closing = (here.conn.transport as unknown as { socket: WebSocket }).socket;
    const bytes = here.request.socket.bytesWritten;
    closing.close(1000);
    const goodbye = here.request.socket.bytesWritten - bytes;
    send(here, stock(1));
    expect(here.request.socket.bytesWritten - bytes).to.equal(goodbye);
    await once(client, 'close');
  });
});
