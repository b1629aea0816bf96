import type { Request, Response } from 'express';
import { confirmBody } from '../../../core/schemas.js';
import type { ConfirmationResult } from '../../orders/confirmations.js';
import { CONFIRM_BY_SHOP, NO_SUCH_ATTEMPT, problem, RECOVERING } from '../../problems.js';
import type { Services } from '../../services.js';
import { bodyOf, paramOf, sendProblem } from '../exchange.js';
import { buyerOf } from '../gatekeeping.js';
import { recordAction } from '../ops-trail.js';

function problemOf(kind: Exclude<ConfirmationResult['kind'], 'ok'>) {
  switch (kind) {
    case 'not-found':
      return NO_SUCH_ATTEMPT;
    case 'recovering':
      return RECOVERING;
    case 'not-held':
      return problem('not-held', 'Only a held attempt can be confirmed.');
    case 'hold-expired':
      return problem('hold-expired', 'Its time ran out, or it was given back. Join again.');
    case 'already-confirmed':
      return problem('already-confirmed', 'It was confirmed with another payment reference.');
    case 'in-order':
      return problem('conflict', 'It is being ordered with the rest of the cart.');
  }
}

export function confirmationHandlers(services: Services) {
  const { confirmations, config } = services;
  return {
    /** POST /api/attempts/:id/confirm */
    async byBuyer(request: Request, response: Response): Promise<void> {
      if (!config.BUYER_CONFIRM) return sendProblem(response, CONFIRM_BY_SHOP);
      const { paymentReference } = bodyOf(request, confirmBody);
      const id = paramOf(request, 'id');
      const result = await confirmations.confirm(id, buyerOf(response), paymentReference);
      if (result.kind !== 'ok') return sendProblem(response, problemOf(result.kind));
      response.json(result.attempt);
    },

    /** POST /api/ops/attempts/:id/confirm: for the shop's server. */
    async byShop(request: Request, response: Response): Promise<void> {
      const { paymentReference } = bodyOf(request, confirmBody);
      const id = paramOf(request, 'id');
      const result = await confirmations.confirm(id, null, paymentReference);
      if (result.kind !== 'ok') return sendProblem(response, problemOf(result.kind));
      await recordAction(services, response, 'confirm-attempt', id, { paymentReference });
      response.json(result.attempt);
    },
  };
}
