import type { Request, Response } from 'express';
import { z } from 'zod';
import { orderBody, ordersQuery } from '../../../core/schemas.js';
import type { PlaceResult } from '../../orders/order-desk.js';
import {
  CONFIRM_BY_SHOP,
  invalidRequest,
  KEY_REUSED,
  NO_SUCH_ORDER,
  problem,
  RECOVERING,
} from '../../problems.js';
import type { Services } from '../../services.js';
import { orderView } from '../../views.js';
import { decodeCursor, pageOf } from '../cursor.js';
import { bodyOf, keyOf, paramOf, parse, sendProblem } from '../exchange.js';
import { buyerOf } from '../gatekeeping.js';

const position = z.object({ createdAt: z.int(), id: z.string().max(40) });

const KEY_MISSING = invalidRequest([
  { path: 'Idempotency-Key', message: 'is required: an order must not be placed twice' },
]);

function problemOf(result: Exclude<PlaceResult, { kind: 'ok' }>) {
  switch (result.kind) {
    case 'key-reused':
      return KEY_REUSED;
    case 'recovering':
      return RECOVERING;
    case 'confirm-by-shop':
      return CONFIRM_BY_SHOP;
    case 'cart-empty':
      return problem('cart-empty', 'Put something in, or hold something in a sale.');
    case 'mixed-currencies':
      return invalidRequest([{ path: 'cart', message: 'holds goods of different currencies' }]);
    case 'out-of-stock':
      return problem('out-of-stock', 'Change what lines name; nothing was ordered.', {
        lines: result.lines,
      });
    case 'hold-expired':
      return problem('hold-expired', 'The holds in lines have ended; nothing was ordered.', {
        lines: result.lines,
      });
  }
}

export function orderHandlers({ orderDesk, stores }: Services) {
  return {
    /** POST /api/orders */
    async place(request: Request, response: Response): Promise<void> {
      const body = bodyOf(request, orderBody);
      const key = keyOf(request);
      if (key === '') return sendProblem(response, KEY_MISSING);
      const buyerId = buyerOf(response);
      const keyed = { scope: `buyer:${buyerId} POST orders`, key, body };
      const result = await orderDesk.place(buyerId, keyed, body.paymentReference);
      if (result.kind !== 'ok') return sendProblem(response, problemOf(result));
      response.status(201).location(`/api/orders/${result.order.id}`);
      response.json(orderView(result.order));
    },

    /** GET /api/orders */
    async list(request: Request, response: Response): Promise<void> {
      const { limit, cursor } = parse(ordersQuery, request.query);
      const after = decodeCursor(position, cursor);
      const rows = await stores.orders.list(buyerOf(response), limit + 1, after);
      const page = pageOf(rows, limit, ({ createdAt, id }) => ({ createdAt, id }), orderView);
      response.set('Cache-Control', 'no-store').json(page);
    },

    /** GET /api/orders/:id */
    async read(request: Request, response: Response): Promise<void> {
      const order = await orderDesk.read(paramOf(request, 'id'), buyerOf(response));
      if (!order) return sendProblem(response, NO_SUCH_ORDER);
      response.set('Cache-Control', 'no-store').json(orderView(order));
    },
  };
}
