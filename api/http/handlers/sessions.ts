import { randomUUID } from 'node:crypto';
import type { Request, Response } from 'express';
import { timestampOf } from '../../../core/clock.js';
import { opsSessionBody } from '../../../core/schemas.js';
import { OPS_UNAUTHENTICATED, tooManyRequests } from '../../problems.js';
import type { Services } from '../../services.js';
import { bodyOf, sendProblem } from '../exchange.js';
import { clearSessionCookie, sessionCookieOf, setSessionCookie } from '../ops-cookie.js';

export function sessionHandlers(services: Services) {
  const { identity, opsSessions, limits, clock, log } = services;
  return {
    /** POST /api/sessions: a guest's token. */
    async createGuest(request: Request, response: Response): Promise<void> {
      const wait = await limits.take('sessions', request.ip ?? '');
      if (wait > 0) return sendProblem(response, tooManyRequests(wait));
      const buyerId = `guest-${randomUUID()}`;
      const { token, expiresAt } = identity.mintBuyer(buyerId, clock());
      response.set('Cache-Control', 'no-store').status(201);
      response.json({ buyerId, token, expiresAt: timestampOf(expiresAt) });
    },

    /** POST /api/ops/session: trades an ops token for a cookie. */
    async createOps(request: Request, response: Response): Promise<void> {
      const { token } = bodyOf(request, opsSessionBody);
      const name = identity.opsName(token);
      if (name === null) {
        const wait = await limits.take('opsLogin', request.ip ?? '');
        return sendProblem(response, wait > 0 ? tooManyRequests(wait) : OPS_UNAUTHENTICATED);
      }
      const session = identity.mintOps(name, clock());
      setSessionCookie(request, response, session);
      log.info({ opsName: name }, 'ops login');
      response.status(201).json({ name, expiresAt: timestampOf(session.expiresAt) });
    },

    /** DELETE /api/ops/session: ends the session, not only the browser's cookie. */
    async endOps(request: Request, response: Response): Promise<void> {
      const session = await opsSessions.find(sessionCookieOf(request));
      if (session) await opsSessions.end(session);
      clearSessionCookie(request, response);
      response.json({ name: null, expiresAt: null });
    },
  };
}
