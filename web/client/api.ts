/** The calls of the public contract that the buyers' pages make. */
import type { Attempt, Page, Product, Sale } from '../../core/contract.js';
import { type Answer, send } from './http.js';
import { sendAsGuest } from './session.js';

const id = encodeURIComponent;

/** A press of Buy, as it is sent again. */
interface PendingBuy {
  key: string;
  quantity: number;
}

export function getSale(saleId: string): Promise<Answer<Sale>> {
  return send({ method: 'GET', path: `/api/sales/${id(saleId)}` });
}

export function listSales(cursor: string | null = null): Promise<Answer<Page<Sale>>> {
  return send({ method: 'GET', path: withCursor('/api/sales', cursor) });
}

export function listProducts(cursor: string | null = null): Promise<Answer<Page<Product>>> {
  return send({ method: 'GET', path: withCursor('/api/products', cursor) });
}

export function listAttempts(saleId: string): Promise<Answer<Page<Attempt>>> {
  return sendAsGuest({ method: 'GET', path: `/api/attempts?saleId=${id(saleId)}` });
}

export function getAttempt(attemptId: string): Promise<Answer<Attempt>> {
  return sendAsGuest({ method: 'GET', path: `/api/attempts/${id(attemptId)}` });
}

export function joinLine(saleId: string, buy: PendingBuy): Promise<Answer<Attempt>> {
  return sendAsGuest({
    method: 'POST',
    path: `/api/sales/${id(saleId)}/attempts`,
    idempotencyKey: buy.key,
    body: { quantity: buy.quantity },
  });
}

export function leaveLine(attemptId: string): Promise<Answer<Attempt>> {
  return sendAsGuest({ method: 'DELETE', path: `/api/attempts/${id(attemptId)}` });
}

function withCursor(path: string, cursor: string | null): string {
  return cursor === null ? path : `${path}?cursor=${id(cursor)}`;
}
