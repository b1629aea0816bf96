import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { ExpressAdapter } from '@bull-board/express';
import type { Express } from 'express';
import type { Services } from '../services.js';
import { opsPagesOnly } from './gatekeeping.js';

const PATH = '/ops/queues';

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
  app.use(PATH, opsPagesOnly(services), serverAdapter.getRouter());
}
