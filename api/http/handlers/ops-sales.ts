import type { Request, Response } from 'express';
import type { Sale } from '../../../core/contract.js';
import { createSaleBody, restockBody, updateSaleBody } from '../../../core/schemas.js';
import { invalidRequest, KEY_REUSED, NO_SUCH_SALE, problem, RECOVERING } from '../../problems.js';
import { closesLater } from '../../sales.js';
import type { Services } from '../../services.js';
import { bodyOf, keyOf, paramOf, sendProblem } from '../exchange.js';
import { opsOf } from '../gatekeeping.js';
import { claimId, recordAction } from '../ops-trail.js';

const CLOSES_TOO_EARLY = invalidRequest([
  { path: 'closesAt', message: 'must be later than opensAt and than now' },
]);

type Outcome =
  | { readonly kind: 'ok'; readonly sale: Sale; readonly changed: boolean }
  | { readonly kind: 'not-found' | 'recovering' | 'sale-closed' | 'conflict' }
  | { readonly kind: 'closes-too-early' | 'idempotency-key-reused' }
  | { readonly kind: 'stock-in-use'; readonly available: number }
  | { readonly kind: 'over-bound'; readonly total: number };

function problemOf(outcome: Exclude<Outcome, { kind: 'ok' }>) {
  switch (outcome.kind) {
    case 'not-found':
      return NO_SUCH_SALE;
    case 'recovering':
      return RECOVERING;
    case 'sale-closed':
      return problem('sale-closed', 'A closed sale stays closed.');
    case 'conflict':
      return problem('conflict', 'Read the sale again and repeat the change.');
    case 'closes-too-early':
      return CLOSES_TOO_EARLY;
    case 'idempotency-key-reused':
      return KEY_REUSED;
    case 'stock-in-use': {
      const { available } = outcome;
      const detail = `Only ${available} units can be taken back; the rest is held or sold.`;
      return problem('stock-in-use', detail, { available });
    }
    case 'over-bound': {
      const message = `a sale has at most 10,000,000 units; it has ${outcome.total} now`;
      return invalidRequest([{ path: 'quantity', message }]);
    }
  }
}

export function opsSaleHandlers(services: Services) {
  const { sales, stores, catalog, clock } = services;

  /** Answers with the sale and records the action, or says why it was not done. */
  async function finish(
    response: Response,
    action: string,
    id: string,
    outcome: Outcome,
    detail: unknown = null,
  ): Promise<void> {
    if (outcome.kind !== 'ok') return sendProblem(response, problemOf(outcome));
    // A repeated request did nothing: the trail tells what was done.
    if (outcome.changed) await recordAction(services, response, action, id, detail);
    response.json(outcome.sale);
  }

  return {
    /** POST /api/ops/sales */
    async create(request: Request, response: Response): Promise<void> {
      const body = bodyOf(request, createSaleBody);
      if (!(await catalog.find(body.productId))) {
        const message = 'is no product of this shop';
        return sendProblem(response, invalidRequest([{ path: 'productId', message }]));
      }
      const wish = { scope: `ops:${opsOf(response)} POST sales`, key: keyOf(request), body };
      // Before the key is tied, since errors are not stored; a retry may come after the closing.
      if (!closesLater(body, body, clock()) && !(await stores.idempotency.knows(wish))) {
        return sendProblem(response, CLOSES_TOO_EARLY);
      }
      const newId = await sales.newId();
      if (newId === null) return sendProblem(response, RECOVERING);
      const id = await claimId(services, wish, newId);
      if (id === null) return sendProblem(response, KEY_REUSED);
      response.status(201).location(`/api/sales/${id}`);
      await finish(response, 'create-sale', id, await sales.create(id, body), body);
    },

    /** PATCH /api/ops/sales/:id */
    async update(request: Request, response: Response): Promise<void> {
      const body = bodyOf(request, updateSaleBody);
      const id = paramOf(request, 'id');
      await finish(response, 'update-sale', id, await sales.update(id, body), body);
    },

    /** POST /api/ops/sales/:id/pause */
    async pause(request: Request, response: Response): Promise<void> {
      const id = paramOf(request, 'id');
      await finish(response, 'pause-sale', id, await sales.pause(id));
    },

    /** POST /api/ops/sales/:id/resume */
    async resume(request: Request, response: Response): Promise<void> {
      const id = paramOf(request, 'id');
      await finish(response, 'resume-sale', id, await sales.resume(id));
    },

    /** POST /api/ops/sales/:id/close */
    async close(request: Request, response: Response): Promise<void> {
      const id = paramOf(request, 'id');
      await finish(response, 'close-sale', id, await sales.close(id));
    },

    /** POST /api/ops/sales/:id/restock */
    async restock(request: Request, response: Response): Promise<void> {
      const { quantity } = bodyOf(request, restockBody);
      const id = paramOf(request, 'id');
      const outcome = await sales.restock(id, quantity, opsOf(response), keyOf(request));
      await finish(response, 'restock-sale', id, outcome, { quantity });
    },
  };
}
