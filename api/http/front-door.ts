import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import { LONGEST_RETRY_AFTER, type Overload, type Patience } from '../overload/overload.js';
import { overloaded } from '../problems.js';

/** How long clients may take; what is slower than this holds a connection and nothing else. */
const PATIENCE = {
  /** From the connection, or the request's first byte, to the end of its headers. */
  headersTimeout: 10_000,
  /** To the end of the body: 16 KiB at most. */
  requestTimeout: 20_000,
  /**
   * Without a byte in either direction: a client that does not read its answer, or asks nothing more.
   * Longer than the 60 s after which balancers let go by themselves.
   */
  timeout: 90_000,
  /** None of its own: Node would make two timers for each request, to go from one to the other. */
  keepAliveTimeout: 0,
} as const;

/** How often slow requests are looked for; Node's default of 30 s would make 10 s into 40. */
export const CONNECTIONS_CHECKED_EVERY_MS = 2_000;

/** Connections beyond the sockets: requests under way and kept alive. Past them TCP is closed. */
const CONNECTIONS_BESIDE_SOCKETS = 5_000;

/**
 * Connections that the kernel holds until the event loop takes them (bounded by its own
 * `somaxconn`). With Node's 511 the crowd of a sale's opening overflowed it, and TCP tries again
 * after 1, 3, 7, 15 and 31 s: buyers waited for a minute at a gateway that had nothing to do.
 */
export const ACCEPT_BACKLOG = 4_096;

/** Bounds what clients may hold of the server without asking for anything. */
export function boundConnections(server: Server, maxSockets: number): void {
  Object.assign(server, PATIENCE);
  server.maxConnections = maxSockets + CONNECTIONS_BESIDE_SOCKETS;
  // Without a limit to requests per connection: Node answers the one too many with a 503 that
  // names no time, and how much a connection asks is bounded by the limits and by shedding.
}

/**
 * Lets each connection end with its next answer. A server that closes ends only those that are idle
 * then: a client that goes on asking would never let go, and its attempts would go on entering.
 */
export function keepNoConnection(server: Server): void {
  server.prependListener('request', (_request, response) => {
    response.setHeader('Connection', 'close');
  });
}

/** Addresses that are never refused: probes must tell the truth, and operators must get in. */
const ALWAYS = /^\/(?:healthz|readyz|metrics|(?:api\/)?ops(?:[/?]|$))/;

/** Pages, and what they load. */
const PAGES = /^\/(?:$|[?]|assets\/|client\/|sales\/|products\/|cart|orders|docs|openapi\.json)/;

/** How willingly a request is refused; `null` is never. Unknown addresses are like any buyer's. */
export function patienceOf(method: string, url: string): Patience | null {
  if (ALWAYS.test(url)) return null;
  if (PAGES.test(url)) return 'paying';
  const pays = method === 'POST' && (url === '/api/orders' || url.endsWith('/confirm'));
  return pays ? 'paying' : 'buyer';
}

interface Refusal {
  readonly head: readonly string[];
  readonly body: Buffer;
}

function refusalAfter(seconds: number): Refusal {
  const body = Buffer.from(JSON.stringify(overloaded(seconds)));
  const head = {
    'Content-Type': 'application/problem+json; charset=utf-8',
    'Content-Length': String(body.length),
    'Retry-After': String(seconds),
    'Cache-Control': 'no-store',
    'Content-Security-Policy': "default-src 'none'",
    'X-Content-Type-Options': 'nosniff',
  };
  return { head: Object.entries(head).flat(), body };
}

/** Encoded once, by the seconds to wait. */
const REFUSALS = Array.from({ length: LONGEST_RETRY_AFTER }, (_none, i) => refusalAfter(i + 1));

/** The same for somebody who asked for a websocket: there is no response object yet. */
export function refusedUpgrade(seconds: number): Buffer {
  const { head, body } = REFUSALS[seconds - 1] as Refusal;
  const lines = head.map((part, i) => (i % 2 === 0 ? `${part}: ` : `${part}\r\n`)).join('');
  const start = 'HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\n';
  return Buffer.concat([Buffer.from(`${start}${lines}\r\n`), body]);
}

/** A page of another origin can only read the refusal, and when to come back, if it is allowed. */
function readableBy(request: IncomingMessage, allowed: readonly string[]): readonly string[] {
  const { origin } = request.headers;
  if (origin === undefined || !allowed.includes(origin)) return [];
  const headers = 'Retry-After';
  return [
    ...['Access-Control-Allow-Origin', origin, 'Vary', 'Origin'],
    ...['Access-Control-Expose-Headers', headers],
  ];
}

/**
 * Stands before Express: refusing has to be far cheaper than serving, and Express alone costs more
 * than a whole refusal.
 */
export function frontDoor(
  overload: Overload,
  allowedOrigins: readonly string[],
  inside: RequestListener,
): RequestListener {
  return (request: IncomingMessage, response: ServerResponse & { req: IncomingMessage }) => {
    const patience = patienceOf(request.method ?? '', request.url ?? '');
    // A preflight carries no work, and refused it would keep a page from reading the refusal.
    if (patience === null || request.method === 'OPTIONS' || !overload.refuses(patience)) {
      return inside(request, response);
    }
    overload.refused.http += 1;
    const { head, body } = REFUSALS[overload.retryAfter - 1] as Refusal;
    response.writeHead(503, [...head, ...readableBy(request, allowedOrigins)]).end(body);
  };
}
