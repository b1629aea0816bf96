import type { Request, Response } from 'express';
import { z } from 'zod';
import type { Sale } from '../../../core/contract.js';
import { salesQuery } from '../../../core/schemas.js';
import type { SaleRow } from '../../../core/stores/sales.js';
import { NO_SUCH_SALE, RECOVERING } from '../../problems.js';
import type { Services } from '../../services.js';
import { saleView } from '../../views.js';
import { decodeCursor, encodeCursor } from '../cursor.js';
import { paramOf, parse, sendProblem } from '../exchange.js';

const position = z.object({ createdAt: z.int(), id: z.string().max(32) });

/** Rows read at most for one page when a state is asked for and few sales have it. */
const SCAN_LIMIT = 1_000;

export function saleHandlers({ sales, stores, book, catalog }: Services) {
  /** A sale in a list: from memory, else as the ledger has it. */
  async function listed(row: SaleRow): Promise<Sale | null> {
    const product = await catalog.find(row.config.productId);
    const sale = book.get(row.id) ?? row;
    if (!product || (row.feedNumber === 0 && !book.has(row.id))) return null;
    return saleView(sale, { product, now: book.now, perSecond: book.perSecond(row.id) });
  }

  /** Newest first, with one more than asked for if there is one. */
  async function collect(query: z.infer<typeof salesQuery>) {
    const found: { sale: Sale; row: SaleRow }[] = [];
    let after = decodeCursor(position, query.cursor);
    for (let scanned = 0; scanned < SCAN_LIMIT; ) {
      const rows = await stores.sales.list(query.limit + 1, after);
      for (const row of rows) {
        const sale = await listed(row);
        if (sale && (!query.state || sale.state === query.state)) found.push({ sale, row });
        if (found.length > query.limit) return found;
        after = { createdAt: row.config.createdAt, id: row.id };
      }
      scanned += rows.length;
      if (rows.length <= query.limit) return found;
    }
    return found;
  }

  return {
    /** GET /api/sales */
    async list(request: Request, response: Response): Promise<void> {
      const query = parse(salesQuery, request.query);
      const found = await collect(query);
      const shown = found.slice(0, query.limit);
      const last = found.length > query.limit ? shown.at(-1)?.row : undefined;
      const nextCursor = last
        ? encodeCursor({ createdAt: last.config.createdAt, id: last.id })
        : null;
      response.json({ items: shown.map(({ sale }) => sale), nextCursor });
    },

    /** GET /api/sales/:id */
    async read(request: Request, response: Response): Promise<void> {
      const result = await sales.read(paramOf(request, 'id'));
      if (result.kind === 'recovering') return sendProblem(response, RECOVERING);
      if (result.kind !== 'ok') return sendProblem(response, NO_SUCH_SALE);
      response.set('Cache-Control', 'public, max-age=1').set('Retry-After', '2');
      response.json(result.sale);
    },
  };
}
