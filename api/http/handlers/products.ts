import type { Request, Response } from 'express';
import { z } from 'zod';
import { isProductId } from '../../../core/domain/ids.js';
import { productsQuery } from '../../../core/schemas.js';
import { NO_SUCH_PRODUCT } from '../../problems.js';
import type { Services } from '../../services.js';
import { decodeCursor, encodeCursor, pageOf } from '../cursor.js';
import { paramOf, parse, sendProblem } from '../exchange.js';

const position = z.string().max(32);

/** Where the next page of a search begins, and of which search. */
const searchPosition = z.object({ q: z.string().max(200), from: z.int().min(0).max(1_000) });

export function productHandlers({ stores, catalog }: Services) {
  const find = (request: Request) => {
    const id = paramOf(request, 'id');
    return isProductId(id) ? stores.products.find(id) : null;
  };

  /** One page of what fits a query, best first. */
  async function search(
    response: Response,
    q: string,
    limit: number,
    cursor: string | undefined,
  ): Promise<void> {
    const after = decodeCursor(searchPosition, cursor);
    const from = after?.q === q ? after.from : 0;
    const ids = catalog.search(q);
    const products = await Promise.all(ids.slice(from, from + limit).map((id) => catalog.find(id)));
    const items = products.filter((product) => product !== null);
    const next = from + limit;
    const nextCursor = next < ids.length ? encodeCursor({ q, from: next }) : null;
    response.json({ items, nextCursor });
  }

  return {
    /** GET /api/products */
    async list(request: Request, response: Response): Promise<void> {
      const { q, limit, cursor } = parse(productsQuery, request.query);
      if (q.trim() !== '') return search(response, q.trim(), limit, cursor);
      const rows = await stores.products.list(limit + 1, decodeCursor(position, cursor));
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
