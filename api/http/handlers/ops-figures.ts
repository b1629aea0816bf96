import type { Request, Response } from 'express';
import { z } from 'zod';
import { timestampOf } from '../../../core/clock.js';
import type { OpsActionEntry, OpsAttempts } from '../../../core/contract.js';
import { laneOfSale } from '../../../core/domain/ids.js';
import { figuresQuery, opsActionsQuery, opsAttemptsQuery } from '../../../core/schemas.js';
import type { RecordedAction } from '../../../core/stores/ops.js';
import { NO_SUCH_SALE, RECOVERING } from '../../problems.js';
import type { Services } from '../../services.js';
import { decodeCursor, pageOf } from '../cursor.js';
import { paramOf, parse, sendProblem } from '../exchange.js';

const position = z.int().min(0);

function actionView({ doneAt, ...action }: RecordedAction): OpsActionEntry {
  const { id, opsName, objectId, detail } = action;
  return { id, at: timestampOf(doneAt), opsName, action: action.action, objectId, detail };
}

/** What operators see while a sale runs, of its attempts, and of each other. */
export function opsFiguresHandlers({ insight, stores, lanes }: Services) {
  return {
    /** GET /api/ops/sales/:id/figures */
    async figures(request: Request, response: Response): Promise<void> {
      const { since } = parse(figuresQuery, request.query);
      const result = await insight.figures.of(paramOf(request, 'id'), since ?? 0);
      if (result.kind !== 'ok') {
        return sendProblem(response, result.kind === 'recovering' ? RECOVERING : NO_SUCH_SALE);
      }
      response.set('Cache-Control', 'no-store').json(result.figures);
    },

    /** GET /api/ops/sales/:id/attempts */
    async attempts(request: Request, response: Response): Promise<void> {
      const { limit, cursor, ...filter } = parse(opsAttemptsQuery, request.query);
      const after = decodeCursor(position, cursor) ?? 0;
      const found = await stores.sales.findWithLedger(paramOf(request, 'id'));
      if (!found) return sendProblem(response, NO_SUCH_SALE);
      const { sale, ledgerNumber } = found;
      const items = await insight.history.find(sale, filter, after, limit + 1);
      const page = pageOf(
        items,
        limit,
        ({ ticket }) => ticket,
        (item) => item,
      );
      const seen = lanes.view(laneOfSale(sale.id) ?? -1)?.seen ?? ledgerNumber;
      const answer: OpsAttempts = { ...page, lag: Math.max(0, seen - ledgerNumber) };
      response.set('Cache-Control', 'no-store').json(answer);
    },

    /** GET /api/ops/actions */
    async actions(request: Request, response: Response): Promise<void> {
      const { objectId, limit, cursor } = parse(opsActionsQuery, request.query);
      const before = decodeCursor(position, cursor);
      const rows = await stores.opsActions.list(objectId, before, limit + 1);
      const page = pageOf(rows, limit, ({ id }) => id, actionView);
      response.set('Cache-Control', 'no-store').json(page);
    },
  };
}
