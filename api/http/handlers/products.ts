import type { Request, Response } from 'express';
import { z } from 'zod';
import { isProductId } from '../../../core/domain/ids.js';
import { productsQuery } from '../../../core/schemas.js';
import { NO_SUCH_PRODUCT } from '../../problems.js';
import type { Services } from '../../services.js';
import { decodeCursor, pageOf } from '../cursor.js';
import { paramOf, parse, sendProblem } from '../exchange.js';

const position = z.string().max(32);

export function productHandlers({ stores }: Services) {
  const find = (request: Request) => {
    const id = paramOf(request, 'id');
    return isProductId(id) ? stores.products.find(id) : null;
  };

  return {
    /** GET /api/products */
    async list(request: Request, response: Response): Promise<void> {
      const { q, limit, cursor } = parse(productsQuery, request.query);
      const after = decodeCursor(position, cursor);
      const rows = await stores.products.list(q.trim(), limit + 1, after);
      response.json(
        pageOf(
          rows,
          limit,
          ({ id }) => id,
          (row) => row,
        ),
      );
    },

    /** GET /api/products/:id */
    async read(request: Request, response: Response): Promise<void> {
      const product = await find(request);
      if (!product) return sendProblem(response, NO_SUCH_PRODUCT);
      response.json(product);
    },

    /** GET /api/products/:id/stock */
    async stock(request: Request, response: Response): Promise<void> {
      const product = await find(request);
      if (!product) return sendProblem(response, NO_SUCH_PRODUCT);
      response.json({ productId: product.id, available: product.available });
    },
  };
}
