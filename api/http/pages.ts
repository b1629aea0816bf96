import { fileURLToPath } from 'node:url';
import type { Express, NextFunction, Request, RequestHandler, Response } from 'express';
import sirv from 'sirv';
import type { Services } from '../services.js';
import { opsPagesOnly } from './gatekeeping.js';

/** Where the build puts the browser's files: beside this program. */
const WEB = fileURLToPath(new URL('../../web/', import.meta.url));

/** Names of assets change with their content, so a browser may keep them for ever. */
const YEAR_SECONDS = 365 * 24 * 3_600;

/** The library keeps its name: a browser asks again after this long. */
const LIBRARY_SECONDS = 300;

/** Answers with files that the build has compressed. */
function files(folder: string, setHeaders: (response: Response) => void): RequestHandler {
  return sirv(`${WEB}${folder}`, {
    brotli: true,
    gzip: true,
    etag: true,
    setHeaders: setHeaders as never,
  }) as RequestHandler;
}

function page(file: string): RequestHandler {
  return (_request, response) => {
    response.set('Cache-Control', 'no-cache').sendFile(file, { root: `${WEB}pages` });
  };
}

/** Somebody who follows an old link reads a page; a program reads the problem that comes after. */
function missingPage(request: Request, response: Response, next: NextFunction): void {
  const isProgram = request.method !== 'GET' || /^\/(?:api|assets|client)\//.test(request.path);
  if (isProgram || request.accepts(['json', 'html']) !== 'html') return next();
  response.status(404);
  page('missing.html')(request, response, next);
}

/** The pages of buyers and operators, and what they load. */
export function mountPages(app: Express, services: Services): void {
  app.use(
    '/assets',
    files('assets', (response) => {
      response.setHeader('Cache-Control', `public, max-age=${YEAR_SECONDS}, immutable`);
    }),
  );
  // Pages of a shop's own origin load it; what it may do there, ALLOWED_ORIGINS says.
  app.use(
    '/client',
    files('library', (response) => {
      response.setHeader('Cache-Control', `public, max-age=${LIBRARY_SECONDS}`);
      response.setHeader('Access-Control-Allow-Origin', '*');
      response.setHeader('Cross-Origin-Resource-Policy', 'cross-origin');
    }),
  );
  app.get('/', page('shop.html'));
  app.get('/sales/:id', page('sale.html'));
  app.get('/docs', page('docs.html'));
  app.get('/products/:id', page('product.html'));
  app.get('/cart', page('cart.html'));
  app.get('/orders', page('orders.html'));
  app.get('/orders/:id', page('order.html'));
  app.get('/ops/login', page('ops-login.html'));
  const ops = opsPagesOnly(services);
  app.get('/ops', ops, page('ops.html'));
  app.get('/ops/products', ops, page('ops-products.html'));
  app.get('/ops/trail', ops, page('ops-trail.html'));
  app.get('/ops/sales/new', ops, page('ops-new-sale.html'));
  app.get('/ops/sales/:id', ops, page('ops-sale.html'));
  app.get('/ops/sales/:id/report', ops, page('ops-report.html'));
  app.use(missingPage);
}
