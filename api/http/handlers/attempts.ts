import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { z } from 'zod';
import type { Attempt, Problem } from '../../../core/contract.js';
import { attemptBody, attemptsQuery } from '../../../core/schemas.js';
import type { AttemptWish } from '../../admission/attempt-door.js';
import type { AttemptResult } from '../../admission/attempts.js';
import {
  NO_SUCH_ATTEMPT,
  NO_SUCH_SALE,
  problem,
  RECOVERING,
  tooManyRequests,
} from '../../problems.js';
import type { Services } from '../../services.js';
import { decodeCursor, pageOf } from '../cursor.js';
import {
  bodyOf,
  keyOf,
  paramOf,
  parse,
  problemReply,
  type Reply,
  sendProblem,
  writeReply,
} from '../exchange.js';
import { buyerOf } from '../gatekeeping.js';

/** Seconds after which a client without sockets asks again: a decision takes moments. */
const POLL_SECONDS = '1';

function reply(response: Response, result: AttemptResult): void {
  switch (result.kind) {
    case 'ok':
      response.set('Cache-Control', 'no-store').set('Retry-After', POLL_SECONDS);
      response.json(result.attempt);
      return;
    case 'recovering':
      return sendProblem(response, RECOVERING);
    case 'not-found':
      return sendProblem(response, NO_SUCH_ATTEMPT);
    case 'in-order': {
      const detail = 'It is being ordered with the rest of the cart. Read it again in a moment.';
      return sendProblem(response, problem('conflict', detail));
    }
    case 'already-confirmed': {
      const detail = 'A confirmed attempt cannot be given back here.';
      return sendProblem(response, problem('already-confirmed', detail));
    }
  }
}

const ANSWERED = [
  ...['Content-Type', 'application/json; charset=utf-8'],
  ...['Cache-Control', 'no-store', 'Retry-After', POLL_SECONDS],
];

/** Why an attempt is not even read: there is no such sale, or its buyer asks too often. */
export function refusalBeforeBody(
  services: Pick<Services, 'sales' | 'limits'>,
  saleId: string,
  buyerId: string,
): Promise<Problem | null> | null {
  const { sales, limits } = services;
  return sales.has(saleId) && !limits.on ? null : lookForRefusal(services, saleId, buyerId);
}

async function lookForRefusal(
  { sales, limits }: Pick<Services, 'sales' | 'limits'>,
  saleId: string,
  buyerId: string,
): Promise<Problem | null> {
  const exists = await sales.exists(saleId);
  if (exists === 'recovering') return RECOVERING;
  if (!exists) return NO_SUCH_SALE;
  const wait = await limits.take('attempts', buyerId);
  return wait > 0 ? tooManyRequests(wait) : null;
}

/** A buyer presses Buy. */
export async function press(
  { door, metrics }: Pick<Services, 'door' | 'metrics'>,
  wish: AttemptWish,
): Promise<Reply> {
  const answer = await door.enter(wish);
  const result = answer.ok ? answer.attempt.state : answer.problem.code;
  metrics.traffic.attempted('http', result);
  if (!answer.ok) return problemReply(answer.problem);
  const { status, attempt } = answer;
  const headers = ANSWERED.concat('Location', `/api/attempts/${attempt.id}`);
  return { status, headers, body: attempt };
}

export function attemptHandlers(services: Services) {
  const { attempts } = services;
  return {
    /** Before the body is read: no sale, no parsing. */
    async saleExists(request: Request, response: Response, next: NextFunction): Promise<void> {
      const refusal = await refusalBeforeBody(services, paramOf(request, 'id'), buyerOf(response));
      if (refusal) return sendProblem(response, refusal);
      next();
    },

    /** POST /api/sales/:id/attempts */
    async enter(request: Request, response: Response): Promise<void> {
      const { quantity } = bodyOf(request, attemptBody);
      const wish = { saleId: paramOf(request, 'id'), quantity, key: keyOf(request) };
      writeReply(response, await press(services, { ...wish, buyerId: buyerOf(response) }));
    },

    /** GET /api/attempts */
    async list(request: Request, response: Response): Promise<void> {
      const { saleId, limit, cursor } = parse(attemptsQuery, request.query);
      const after = decodeCursor(z.string().max(64), cursor);
      const buyerId = buyerOf(response);
      const all = await (saleId === undefined
        ? attempts.history(buyerId)
        : attempts.ofSale(saleId, buyerId));
      if (all === null) return sendProblem(response, RECOVERING);
      const from = after === null ? 0 : all.findIndex(({ id }) => id === after) + 1;
      const page = pageOf<Attempt, Attempt>(
        all.slice(from),
        limit,
        ({ id }) => id,
        (attempt) => attempt,
      );
      response.set('Cache-Control', 'no-store').set('Retry-After', POLL_SECONDS).json(page);
    },

    /** GET /api/attempts/:id */
    async read(request: Request, response: Response): Promise<void> {
      reply(response, await attempts.read(paramOf(request, 'id'), buyerOf(response)));
    },

    /** DELETE /api/attempts/:id */
    async leave(request: Request, response: Response): Promise<void> {
      reply(response, await attempts.leave(paramOf(request, 'id'), buyerOf(response)));
    },
  } satisfies Record<string, RequestHandler>;
}
