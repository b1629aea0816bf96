import type { RequestHandler } from 'express';
import type { Services } from '../services.js';
import { buyersOnly, jsonBody, opsOnly } from './gatekeeping.js';
import { attemptHandlers } from './handlers/attempts.js';
import { cartHandlers } from './handlers/cart.js';
import { confirmationHandlers } from './handlers/confirmations.js';
import { descriptionHandlers } from './handlers/description.js';
import { opsFiguresHandlers } from './handlers/ops-figures.js';
import { opsInsightHandlers } from './handlers/ops-insight.js';
import { opsProductHandlers } from './handlers/ops-products.js';
import { opsReportHandlers } from './handlers/ops-reports.js';
import { opsSaleHandlers } from './handlers/ops-sales.js';
import { orderHandlers } from './handlers/orders.js';
import { probeHandlers } from './handlers/probes.js';
import { productHandlers } from './handlers/products.js';
import { saleHandlers } from './handlers/sales.js';
import { sessionHandlers } from './handlers/sessions.js';

export interface Route {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  readonly path: string;
  /** In this order: who may, what is asked for, the body, the handler. */
  readonly handlers: readonly RequestHandler[];
}

/** Every address of the API, in one table. */
export function routesOf(services: Services): Route[] {
  const buyer = buyersOnly(services);
  const ops = opsOnly(services);
  const body = jsonBody as RequestHandler;
  const session = sessionHandlers(services);
  const product = productHandlers(services);
  const sale = saleHandlers(services);
  const attempt = attemptHandlers(services);
  const confirmation = confirmationHandlers(services);
  const cart = cartHandlers(services);
  const order = orderHandlers(services);
  const opsProduct = opsProductHandlers(services);
  const opsSale = opsSaleHandlers(services);
  const insight = opsInsightHandlers(services);
  const figures = opsFiguresHandlers(services);
  const report = opsReportHandlers(services);
  const probe = probeHandlers(services);
  const description = descriptionHandlers();
  const route = (method: Route['method'], path: string, ...handlers: RequestHandler[]): Route => ({
    method,
    path,
    handlers,
  });

  return [
    route('get', '/healthz', probe.alive),
    route('get', '/readyz', probe.ready),
    route('get', '/metrics', probe.metrics),
    route('get', '/openapi.json', description.read),

    route('post', '/api/sessions', session.createGuest),
    route('get', '/api/products', product.list),
    route('get', '/api/products/:id', product.read),
    route('get', '/api/products/:id/stock', product.stock),
    route('get', '/api/sales', sale.list),
    route('get', '/api/sales/:id', sale.read),

    route('post', '/api/sales/:id/attempts', buyer, attempt.saleExists, body, attempt.enter),
    route('get', '/api/attempts', buyer, attempt.list),
    route('get', '/api/attempts/:id', buyer, attempt.read),
    route('delete', '/api/attempts/:id', buyer, attempt.leave),
    route('post', '/api/attempts/:id/confirm', buyer, body, confirmation.byBuyer),

    route('get', '/api/cart', buyer, cart.read),
    route('put', '/api/cart/items/:productId', buyer, body, cart.put),
    route('delete', '/api/cart/items/:productId', buyer, cart.remove),
    route('post', '/api/orders', buyer, body, order.place),
    route('get', '/api/orders', buyer, order.list),
    route('get', '/api/orders/:id', buyer, order.read),

    route('post', '/api/ops/session', body, session.createOps),
    route('delete', '/api/ops/session', session.endOps),
    route('post', '/api/ops/products', ops, body, opsProduct.create),
    route('patch', '/api/ops/products/:id', ops, body, opsProduct.update),
    route('post', '/api/ops/sales', ops, body, opsSale.create),
    route('patch', '/api/ops/sales/:id', ops, body, opsSale.update),
    route('post', '/api/ops/sales/:id/pause', ops, opsSale.pause),
    route('post', '/api/ops/sales/:id/resume', ops, opsSale.resume),
    route('post', '/api/ops/sales/:id/close', ops, opsSale.close),
    route('post', '/api/ops/sales/:id/restock', ops, body, opsSale.restock),
    route('post', '/api/ops/attempts/:id/confirm', ops, body, confirmation.byShop),
    route('get', '/api/ops/sales/:id/audit', ops, insight.audit),
    route('get', '/api/ops/sales/:id/figures', ops, figures.figures),
    route('get', '/api/ops/sales/:id/attempts', ops, figures.attempts),
    route('get', '/api/ops/sales/:id/report', ops, report.report),
    route('get', '/api/ops/sales/:id/report.csv', ops, report.export),
    route('get', '/api/ops/actions', ops, figures.actions),
    route('get', '/api/ops/lanes', ops, insight.lanes),
  ];
}
