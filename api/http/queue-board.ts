import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { ExpressAdapter } from '@bull-board/express';
import type { Express, NextFunction, Request, Response } from 'express';
import { problem } from '../problems.js';
import type { Services } from '../services.js';
import { sendProblem } from './exchange.js';
import { isSafe, opsPagesOnly } from './gatekeeping.js';

const PATH = '/ops/queues';

/** Before bull-board's own check: its pause of all queues answers 200 without doing anything. */
function lookOnly(request: Request, response: Response, next: NextFunction): void {
  if (isSafe(request.method)) return next();
  sendProblem(response, problem('not-found', 'The waiting rooms can only be looked at.'));
}

/** The lanes' waiting rooms in bull-board: to look at only, behind the ops login. */
export function mountQueueBoard(app: Express, services: Services): void {
  const serverAdapter = new ExpressAdapter().setBasePath(PATH);
  createBullBoard({
    queues: [...services.intakes.values()].map(
      ({ queue }) => new BullMQAdapter(queue, { readOnlyMode: true }),
    ),
    serverAdapter,
    options: { uiConfig: { boardTitle: 'Dropgate waiting rooms' } },
  });
  // An application of its own, with settings of its own.
  const board: Express = serverAdapter.getRouter();
  board.disable('x-powered-by');
  app.use(PATH, opsPagesOnly(services), lookOnly, board);
}
