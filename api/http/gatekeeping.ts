import type { NextFunction, Request, RequestHandler, Response } from 'express';
import express from 'express';
import type { Problem } from '../../core/contract.js';
import { isDatabaseAway } from '../../core/database.js';
import { BODY_LIMIT_BYTES } from '../../core/domain/bounds.js';
import type { Log } from '../../core/log.js';
import { isRedisAway } from '../../core/redis.js';
import {
  OPS_UNAUTHENTICATED,
  ProblemError,
  problem,
  RECOVERING,
  tooManyRequests,
  UNAUTHENTICATED,
} from '../problems.js';
import type { Services } from '../services.js';
import { bearerOf, sendProblem } from './exchange.js';
import { sessionCookieOf } from './ops-cookie.js';
import { isAllowedOrigin } from './origins.js';

/** Lets only a buyer with a valid token pass; who that is, is in `response.locals.buyerId`. */
export function buyersOnly({ identity, limits }: Services): RequestHandler {
  return async (request, response, next) => {
    const buyer = identity.buyer(bearerOf(request));
    if (!buyer) return sendProblem(response, UNAUTHENTICATED);
    response.locals.buyerId = buyer.buyerId;
    const wait = await limits.take('buyer', buyer.buyerId);
    if (wait > 0) return sendProblem(response, tooManyRequests(wait));
    next();
  };
}

export function buyerOf(response: Response): string {
  return response.locals.buyerId;
}

export function isSafe(method: string): boolean {
  return method === 'GET' || method === 'HEAD' || method === 'OPTIONS';
}

/** The ops name behind a request: by token, or by cookie, which a foreign page may not use. */
async function opsNameOf(services: Services, request: Request): Promise<string | null> {
  const token = bearerOf(request);
  if (token !== null) {
    const name = services.identity.opsName(token);
    if (name === null) {
      const wait = await services.limits.take('opsLogin', request.ip ?? '');
      if (wait > 0) throw new ProblemError(tooManyRequests(wait));
    }
    return name;
  }
  const session = await services.opsSessions.find(sessionCookieOf(request));
  const name = session?.name ?? null;
  if (name !== null && !isSafe(request.method) && !isAllowedOrigin(request, [])) {
    throw new ProblemError(problem('origin-not-allowed', 'Use the ops pages of this very host.'));
  }
  return name;
}

/** Lets only operators pass; which one, is in `response.locals.opsName`. */
export function opsOnly(services: Services): RequestHandler {
  return async (request, response, next) => {
    const name = await opsNameOf(services, request);
    if (name === null) return sendProblem(response, OPS_UNAUTHENTICATED);
    response.locals.opsName = name;
    next();
  };
}

export function opsOf(response: Response): string {
  return response.locals.opsName;
}

/** The page below /ops/sales or the like that was asked for, for the login to lead back to. */
const DEEP_PAGE = /^\/ops\/(?!queues)[\w/-]{1,200}$/;

/** The same for pages: who is not logged in is sent to the login, and from there back. */
export function opsPagesOnly(services: Services): RequestHandler {
  return async (request, response, next) => {
    const name = await opsNameOf(services, request);
    const { originalUrl } = request;
    const back = DEEP_PAGE.test(originalUrl) ? `?next=${encodeURIComponent(originalUrl)}` : '';
    if (name === null) return response.redirect(303, `/ops/login${back}`);
    response.locals.opsName = name;
    next();
  };
}

const parseJson = express.json({
  limit: BODY_LIMIT_BYTES,
  strict: false,
  inflate: false,
  // Left alone, a body of no bytes would count as `{}`.
  verify: (_request, _response, bytes) => {
    if (bytes.length === 0) throw Object.assign(new Error('empty'), { type: 'entity.empty' });
  },
});

/** Reads a JSON body of at most 16 KiB; another type is refused, and so is a coded one. */
export function jsonBody(request: Request, response: Response, next: NextFunction): void {
  const hasBody =
    request.headers['transfer-encoding'] !== undefined ||
    Number(request.headers['content-length'] ?? 0) > 0;
  if (hasBody && !request.is('application/json')) {
    const detail = 'Send the body as "Content-Type: application/json".';
    return sendProblem(response, problem('unsupported-media-type', detail));
  }
  parseJson(request, response, next);
}

export const MALFORMED_JSON = problem('malformed-json', 'The body is not valid JSON.');

const BODY_PROBLEMS: Readonly<Record<string, () => ProblemError>> = {
  'entity.empty': () =>
    new ProblemError(problem('malformed-json', 'Send a JSON object as the body.')),
  'entity.too.large': () =>
    new ProblemError(problem('too-large', `A body has at most ${BODY_LIMIT_BYTES} bytes.`)),
  'entity.parse.failed': () => new ProblemError(MALFORMED_JSON),
  'encoding.unsupported': () =>
    new ProblemError(problem('unsupported-media-type', 'Send the body without a coding.')),
  'charset.unsupported': () =>
    new ProblemError(problem('unsupported-media-type', 'Send the body in UTF-8.')),
};

/** Whatever was thrown becomes a problem; only faults of ours are logged. */
export function problemOf(error: unknown, path: string, log: Log): Problem {
  const { type = '', status = 500 } = error as { type?: string; status?: number };
  const known = error instanceof ProblemError ? error : BODY_PROBLEMS[type]?.();
  if (known) return known.problem;
  if (isRedisAway(error) || isDatabaseAway(error)) {
    log.warn({ path, error: (error as Error).message }, 'a server is away');
    return RECOVERING;
  }
  if (error instanceof URIError) {
    return problem('not-found', 'This address cannot be decoded.');
  }
  if (status >= 400 && status < 500) {
    return problem('malformed-json', 'The request could not be read.');
  }
  log.error({ path, error }, 'request failed');
  return problem('internal', 'Try again; if it stays, tell the shop.');
}

export function errorHandler({ log }: Pick<Services, 'log'>) {
  return (error: unknown, request: Request, response: Response, next: NextFunction): void => {
    if (response.headersSent) return next(error);
    sendProblem(response, problemOf(error, request.path, log));
  };
}
