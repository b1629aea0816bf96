import type { IncomingMessage } from 'node:http';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { problem } from '../problems.js';
import { sendProblem } from './exchange.js';

/** Whether a request comes from this host's own pages, from a named origin, or from no page. */
export function isAllowedOrigin(
  request: Pick<IncomingMessage, 'headers'>,
  allowed: readonly string[],
): boolean {
  const { origin, host } = request.headers;
  if (origin === undefined || allowed.includes(origin)) return true;
  try {
    return new URL(origin).host === host;
  } catch {
    return false;
  }
}

function allow(request: Request, response: Response): void {
  response.set('Access-Control-Allow-Origin', request.get('origin'));
  response.set('Access-Control-Expose-Headers', 'Retry-After');
  response.vary('Origin');
  if (request.method !== 'OPTIONS') return;
  response.set('Access-Control-Allow-Methods', 'GET, POST, PUT, PATCH, DELETE');
  response.set('Access-Control-Allow-Headers', 'Authorization, Content-Type, Idempotency-Key');
  response.set('Access-Control-Max-Age', '600');
}

/** Lets the shop's own other origins use the API (`ALLOWED_ORIGINS`); foreign ones may not. */
export function origins(allowed: readonly string[]): RequestHandler {
  return (request: Request, response: Response, next: NextFunction): void => {
    const origin = request.get('origin');
    if (!isAllowedOrigin(request, allowed)) {
      const detail = 'Name this origin in ALLOWED_ORIGINS to let its pages use this server.';
      return sendProblem(response, problem('origin-not-allowed', detail));
    }
    if (origin !== undefined && allowed.includes(origin)) {
      allow(request, response);
      if (request.method === 'OPTIONS') {
        response.status(204).end();
        return;
      }
    }
    next();
  };
}
