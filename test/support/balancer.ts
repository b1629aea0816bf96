import { once } from 'node:events';
import {
  createServer,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** What stands between browsers and a gateway just now. */
export type Weather =
  | 'clear'
  /** As networks do that know no websockets. */
  | 'no-sockets'
  /** As a balancer answers that has no gateway to ask. */
  | 'overloaded'
  /** Connections are accepted and cut. */
  | 'cut';

/** Seconds after which an overloaded balancer wants to be asked again. */
const RETRY_AFTER = 1;

/** A real reverse proxy before a gateway, as shops have one, in whatever state a test wants. */
export class Balancer {
  readonly #server: Server;
  readonly #target: URL;
  readonly #sockets = new Set<Duplex>();
  weather: Weather = 'clear';
  /** What was asked for, in order. */
  readonly asked: { method: string; path: string; key: string | undefined; at: number }[] = [];

  private constructor(target: string) {
    this.#target = new URL(target);
    this.#server = createServer((incoming, response) => this.#serve(incoming, response));
    this.#server.on('upgrade', (incoming, socket, head) => this.#upgrade(incoming, socket, head));
    this.#server.on('connection', (socket: Socket) => this.#keep(socket));
  }

  static async before(target: string): Promise<Balancer> {
    const balancer = new Balancer(target);
    balancer.#server.listen(0, '127.0.0.1');
    await once(balancer.#server, 'listening');
    return balancer;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Changes the weather and ends every connection, websockets too. */
  turn(weather: Weather): void {
    this.weather = weather;
    for (const socket of this.#sockets) socket.destroy();
  }

  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.turn('cut');
    await closed;
  }

  #keep(socket: Duplex): void {
    this.#sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => this.#sockets.delete(socket));
  }

  #serve(incoming: IncomingMessage, response: ServerResponse): void {
    const { method = 'GET', url: path = '/', headers } = incoming;
    const key = headers['idempotency-key'] as string | undefined;
    this.asked.push({ method, path, key, at: performance.now() });
    if (this.weather === 'cut') return void incoming.socket.destroy();
    if (this.weather === 'overloaded') {
      response.writeHead(503, { 'retry-after': String(RETRY_AFTER) }).end('no gateway');
      return;
    }
    const { hostname, port } = this.#target;
    const onward = request({ hostname, port, method, path, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    incoming.pipe(onward);
  }

  #upgrade(incoming: IncomingMessage, socket: Duplex, head: Buffer): void {
    if (this.weather !== 'clear') {
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    const { hostname, port } = this.#target;
    const onward = connect(Number(port), hostname, () => {
      const lines = incoming.rawHeaders.map((part, i) =>
        i % 2 === 0 ? `${part}: ` : `${part}\r\n`,
      );
      onward.write(`GET ${incoming.url} HTTP/1.1\r\n${lines.join('')}\r\n`);
      onward.write(head);
      socket.pipe(onward).pipe(socket);
    });
    this.#keep(onward);
    onward.once('close', () => socket.destroy());
  }
}
