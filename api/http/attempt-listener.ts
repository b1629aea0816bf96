import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import proxyAddr from 'proxy-addr';
import { BODY_LIMIT_BYTES } from '../../core/domain/bounds.js';
import { attemptBody } from '../../core/schemas.js';
import { takenOn } from '../../core/turn.js';
import { ProblemError, tooManyRequests, UNAUTHENTICATED } from '../problems.js';
import type { Services } from '../services.js';
import {
  bearerIn,
  endWith,
  keyIn,
  parse,
  problemReply,
  type Reply,
  writeHead,
} from './exchange.js';
import { MALFORMED_JSON, problemOf } from './gatekeeping.js';
import { press, refusalBeforeBody } from './handlers/attempts.js';
import { isAllowedOrigin } from './origins.js';
import { dataHeaderList } from './security-headers.js';

/** What the listener takes: sale ids need no decoding, and no client adds a query. */
const PRESS = /^\/api\/sales\/([0-9a-z-]{1,64})\/attempts$/;

/** Its name in the table of routes. */
const ROUTE = '/api/sales/:id/attempts';

const JSON_TYPE = /^application\/json(?:; ?charset=utf-8)?$/i;

const KEY = 'idempotency-key';

const BYTE_ORDER_MARK = 0xfeff;

type TrustProxy = Parameters<typeof proxyAddr>[1];

/** Length of a body that may be read here, or `null`: coded, chunked, empty, too long, no JSON. */
function plainLength({ headers }: IncomingMessage): number | null {
  if (!JSON_TYPE.test(headers['content-type'] ?? '')) return null;
  if (headers['content-encoding'] !== undefined) return null;
  if (headers['transfer-encoding'] !== undefined) return null;
  const length = Number(headers['content-length']);
  return length > 0 && length <= BODY_LIMIT_BYTES ? length : null;
}

/** The body, of which not all has come yet; `null` when the client went away in the middle of it. */
function readBody(request: IncomingMessage): Promise<Buffer | null> {
  // Gone before anybody listened: there will be no event any more.
  if (request.destroyed) return Promise.resolve(null);
  return new Promise((resolve) => {
    let body: Buffer | null = null;
    request.on('data', (chunk: Buffer) => {
      body = body === null ? chunk : Buffer.concat([body, chunk]);
    });
    request.on('end', () => resolve(body));
    request.on('close', () => resolve(request.complete ? body : null));
  });
}

function parseJson(body: Buffer): unknown {
  try {
    const text = body.toString('utf8');
    return JSON.parse(text.charCodeAt(0) === BYTE_ORDER_MARK ? text.slice(1) : text);
  } catch {
    throw new ProblemError(MALFORMED_JSON);
  }
}

/**
 * Answers the one request that everybody sends in the same second without Express, which takes
 * more CPU than all the rest of the gateway's work for it. Whatever is out of the ordinary about a
 * request goes on to Express, where the same functions answer it: which of the two it was cannot be
 * seen from outside.
 */
export function attemptListener(
  services: Services,
  trustProxy: TrustProxy,
  express: RequestListener,
): RequestListener {
  const { identity, limits, metrics } = services;
  const time = metrics.traffic.requests.of('post', ROUTE);
  const security = dataHeaderList();

  async function answer(request: IncomingMessage, saleId: string): Promise<Reply | null> {
    await takenOn();
    if (limits.on) {
      const wait = await limits.take('address', proxyAddr(request, trustProxy));
      if (wait > 0) return problemReply(tooManyRequests(wait));
    }
    const buyer = identity.buyer(bearerIn(request.headers.authorization));
    if (!buyer) return problemReply(UNAUTHENTICATED);
    const { buyerId } = buyer;
    if (limits.on) {
      const wait = await limits.take('buyer', buyerId);
      if (wait > 0) return problemReply(tooManyRequests(wait));
    }
    const refused = refusalBeforeBody(services, saleId, buyerId);
    const refusal = refused && (await refused);
    if (refusal) return problemReply(refusal);
    // A body so small nearly always came along with its head: there is nothing to wait for.
    const body: Buffer | null = request.complete ? request.read() : await readBody(request);
    if (body === null) return null;
    const { quantity } = parse(attemptBody, parseJson(body));
    return press(services, { saleId, buyerId, quantity, key: keyIn(request.headers[KEY]) });
  }

  async function serve(request: IncomingMessage, response: ServerResponse, saleId: string) {
    let reply: Reply | null;
    try {
      reply = await answer(request, saleId);
    } catch (error) {
      reply = problemReply(problemOf(error, request.url ?? '', services.log));
    }
    if (!reply) return;
    const text = writeHead(response, reply, security);
    // First the heads of all that are answered now.
    await null;
    endWith(response, text);
  }

  return (request: IncomingMessage, response: ServerResponse & { req: IncomingMessage }) => {
    const match = request.method === 'POST' ? PRESS.exec(request.url ?? '') : null;
    const plain = match !== null && isAllowedOrigin(request, []) && plainLength(request) !== null;
    if (!plain) return express(request, response);
    time(response);
    serve(request, response, match[1] as string);
  };
}
