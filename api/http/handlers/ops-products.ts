import type { Request, Response } from 'express';
import { isProductId } from '../../../core/domain/ids.js';
import { createProductBody, updateProductBody } from '../../../core/schemas.js';
import { KEY_REUSED, NO_SUCH_PRODUCT, problem } from '../../problems.js';
import { randomBody } from '../../sales.js';
import type { Services } from '../../services.js';
import { bodyOf, keyOf, paramOf, sendProblem } from '../exchange.js';
import { opsOf } from '../gatekeeping.js';
import { claimId, recordAction } from '../ops-trail.js';

export function opsProductHandlers(services: Services) {
  const { stores, catalog, clock } = services;
  return {
    /** POST /api/ops/products */
    async create(request: Request, response: Response): Promise<void> {
      const body = bodyOf(request, createProductBody);
      const scope = `ops:${opsOf(response)} POST products`;
      const wish = { scope, key: keyOf(request), body };
      const id = await claimId(services, wish, `p-${randomBody()}`);
      if (id === null) return sendProblem(response, KEY_REUSED);
      const known = await stores.products.find(id);
      const product = known ?? (await stores.products.create(id, body, clock()));
      if (!known) {
        await recordAction(services, response, 'create-product', id, body);
        await catalog.announce(product);
      }
      response.status(201).location(`/api/products/${id}`).json(product);
    },

    /** PATCH /api/ops/products/:id */
    async update(request: Request, response: Response): Promise<void> {
      const body = bodyOf(request, updateProductBody);
      const id = paramOf(request, 'id');
      if (!isProductId(id)) return sendProblem(response, NO_SUCH_PRODUCT);
      const result = await stores.products.update(id, body);
      if (result.kind === 'not-found') return sendProblem(response, NO_SUCH_PRODUCT);
      if (result.kind === 'stock-in-use') {
        const detail = `Only ${result.available} units can be taken back; the rest is sold.`;
        const more = { available: result.available };
        return sendProblem(response, problem('stock-in-use', detail, more));
      }
      await recordAction(services, response, 'update-product', id, body);
      await catalog.announce(result.product);
      response.json(result.product);
    },
  };
}
