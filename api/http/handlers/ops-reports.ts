import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Request, Response } from 'express';
import { attemptRows } from '../../insight/attempt-rows.js';
import { NO_SUCH_SALE, overloaded } from '../../problems.js';
import type { Services } from '../../services.js';
import { paramOf, sendProblem } from '../exchange.js';

/** Seconds after which another report may be asked for: one of a million attempts takes longer. */
const RETRY_SECONDS = 5;

/** Exports that run at the same time: each reads every attempt of its sale. */
const EXPORTS = 2;

/** What a sale came to. */
export function opsReportHandlers({ insight, stores, log }: Services) {
  let exporting = 0;

  return {
    /** GET /api/ops/sales/:id/report */
    async report(request: Request, response: Response): Promise<void> {
      const result = await insight.reports.report(paramOf(request, 'id'));
      if (result.kind !== 'ok') {
        const busy = result.kind === 'busy';
        return sendProblem(response, busy ? overloaded(RETRY_SECONDS) : NO_SUCH_SALE);
      }
      response.set('Cache-Control', 'no-store').json(result.report);
    },

    /** GET /api/ops/sales/:id/report.csv */
    async export(request: Request, response: Response): Promise<void> {
      const sale = await stores.sales.find(paramOf(request, 'id'));
      if (!sale) return sendProblem(response, NO_SUCH_SALE);
      if (exporting >= EXPORTS) return sendProblem(response, overloaded(RETRY_SECONDS));
      exporting += 1;
      response.type('text/csv').set('Cache-Control', 'no-store').attachment(`${sale.id}.csv`);
      await pipeline(Readable.from(attemptRows(insight.ledger, sale.id)), response)
        // The head is sent: whoever reads it sees by the cut connection that it is not whole.
        .catch((error) => log.warn({ saleId: sale.id, error: error.message }, 'an export ended'))
        .finally(() => {
          exporting -= 1;
        });
    },
  };
}
