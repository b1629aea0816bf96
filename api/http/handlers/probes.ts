import type { Request, Response } from 'express';
import { overloaded, problem } from '../../problems.js';
import type { Services } from '../../services.js';
import { sendProblem } from '../exchange.js';

/** A probe that waits longer than this for a server says not ready. */
const PROBE_MS = 1_000;

async function answers(call: Promise<unknown>): Promise<boolean> {
  const timeout = new Promise((_resolve, reject) => setTimeout(reject, PROBE_MS).unref());
  return Promise.race([call, timeout]).then(
    () => true,
    () => false,
  );
}

export function probeHandlers({ redis, db, lanes, metrics, overload }: Services) {
  return {
    /** GET /healthz: the process lives and its event loop turns. */
    async alive(_request: Request, response: Response): Promise<void> {
      response.json({ status: 'alive' });
    },

    /** GET /readyz */
    async ready(_request: Request, response: Response): Promise<void> {
      const checks = {
        redis: await answers(redis.ping()),
        schema: await answers(db('lanes').first('lane')),
        feeds: lanes.allWereOpen,
      };
      const good = Object.values(checks).every(Boolean);
      // Able, but with more to do than it can: the balancer sends new buyers elsewhere.
      if (good && overload.shedding) return sendProblem(response, overloaded(1));
      if (good) {
        response.json({ status: 'ready', checks });
        return;
      }
      const detail = 'Not ready for buyers yet; checks tell what is missing.';
      sendProblem(response, problem('recovering', detail, { retryAfter: 1, checks }));
    },

    /** GET /metrics */
    async metrics(_request: Request, response: Response): Promise<void> {
      response.type(metrics.registry.contentType).send(await metrics.registry.metrics());
    },
  };
}
