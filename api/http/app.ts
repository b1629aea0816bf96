import express, { type Express } from 'express';
import { problem, tooManyRequests } from '../problems.js';
import type { Services } from '../services.js';
import { sendProblem } from './exchange.js';
import { errorHandler } from './gatekeeping.js';
import { origins } from './origins.js';
import { mountPages } from './pages.js';
import { mountQueueBoard } from './queue-board.js';
import { routesOf } from './routes.js';
import { securityHeaders } from './security-headers.js';

/** Builds the HTTP door. */
export function createApp(services: Services): Express {
  const { config, limits, metrics } = services;
  const app = express();
  app.set('trust proxy', config.TRUST_PROXY);
  app.disable('x-powered-by');
  app.use(securityHeaders);
  app.use(async (request, response, next) => {
    const wait = await limits.take('address', request.ip ?? '');
    if (wait > 0) return sendProblem(response, tooManyRequests(wait));
    next();
  });
  app.use(origins(config.ALLOWED_ORIGINS));
  for (const { method, path, handlers } of routesOf(services)) {
    app[method](path, metrics.traffic.requests.timed(method, path), ...handlers);
  }
  mountQueueBoard(app, services);
  mountPages(app, services);
  app.use((_request, response) =>
    sendProblem(response, problem('not-found', 'There is nothing at this address.')),
  );
  app.use(errorHandler(services));
  return app;
}
