import { fileURLToPath } from 'node:url';
import type { Express, RequestHandler } from 'express';
import express from 'express';
import type { Services } from '../services.js';
import { opsPagesOnly } from './gatekeeping.js';

/** Where the build puts the browser's files: beside this program. */
const WEB = fileURLToPath(new URL('../../web/', import.meta.url));

function page(file: string): RequestHandler {
  return (_request, response) => {
    response.set('Cache-Control', 'no-cache').sendFile(file, { root: WEB });
  };
}

/** The pages of buyers and operators, and what they load. */
export function mountPages(app: Express, services: Services): void {
  const assets = { index: false, maxAge: 0, redirect: false } as const;
  // Compiled modules first, then what the build copied as it is.
  app.use('/assets', express.static(`${WEB}web`, assets), express.static(WEB, assets));
  app.get('/', page('index.html'));
  app.get('/sales/:id', page('sale.html'));
  app.get('/ops/login', page('ops-login.html'));
  app.get('/ops', opsPagesOnly(services), page('ops.html'));
}
