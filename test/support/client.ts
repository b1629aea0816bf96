import { io, type Socket } from 'socket.io-client';
import type {
  Attempt,
  AttemptAck,
  ClientToServerEvents,
  ServerToClientEvents,
} from '../../core/contract.js';

/** What the server answered. */
export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed JSON, or the text when it is none. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look at whatever came back
  readonly body: any;
}

export type BuyerSocket = Socket<ServerToClientEvents, ClientToServerEvents>;

/** Talks to one gateway as one person would: HTTP and Socket.IO. */
export class Client {
  readonly url: string;
  readonly token: string | null;
  readonly name: string;

  constructor(url: string, token: string | null, name: string) {
    this.url = url;
    this.token = token;
    this.name = name;
  }

  get(path: string): Promise<Reply> {
    return this.send('GET', path);
  }

  post(path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Reply> {
    return this.send('POST', path, body, headers);
  }

  patch(path: string, body: unknown): Promise<Reply> {
    return this.send('PATCH', path, body);
  }

  delete(path: string): Promise<Reply> {
    return this.send('DELETE', path);
  }

  /** Sends JSON, or a string as it is. */
  async send(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Reply> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      redirect: 'manual',
      headers: {
        ...(this.token === null ? {} : { authorization: `Bearer ${this.token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined
        ? {}
        : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: parsed(text) };
  }

  /** Presses Buy over HTTP. */
  buy(saleId: string, quantity: unknown = 1, key?: string): Promise<Reply> {
    const headers: Record<string, string> = key === undefined ? {} : { 'idempotency-key': key };
    return this.post(`/api/sales/${saleId}/attempts`, { quantity }, headers);
  }

  /** Asks until the attempt is no longer waiting. */
  async untilDecided(attemptId: string, timeoutMs = 15_000): Promise<Attempt> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const { status, body } = await this.get(`/api/attempts/${attemptId}`);
      if (status === 200 && body.state !== 'waiting') return body;
      if (Date.now() > deadline) throw new Error(`still ${status} ${JSON.stringify(body)}`);
    }
  }

  /** Opens a socket; resolves with it and the attempts that it is told on connect. */
  async connect(): Promise<{ socket: BuyerSocket; attempts: Attempt[] }> {
    const socket: BuyerSocket = io(this.url, {
      transports: ['websocket'],
      auth: { token: this.token },
      forceNew: true,
      reconnection: false,
    });
    const attempts = await new Promise<Attempt[]>((resolve, reject) => {
      socket.once('attempts', resolve);
      socket.once('connect_error', reject);
    });
    return { socket, attempts };
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Presses Buy over a socket. */
export function buyBySocket(
  socket: BuyerSocket,
  saleId: string,
  quantity: unknown = 1,
  requestId?: string,
): Promise<AttemptAck> {
  const message = { saleId, quantity: quantity as number, ...(requestId ? { requestId } : {}) };
  return socket.timeout(10_000).emitWithAck('attempt', message);
}
