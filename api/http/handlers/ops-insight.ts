import type { Request, Response } from 'express';
import type { AuditCounts, Lane, SaleAudit } from '../../../core/contract.js';
import { laneOfSale } from '../../../core/domain/ids.js';
import type { SaleCounts } from '../../../core/domain/sale.js';
import type { LaneRow } from '../../../core/stores/lanes.js';
import { readLane } from '../../../lua/read-lane.js';
import { readSale } from '../../../lua/read-sale.js';
import { NO_SUCH_SALE, RECOVERING } from '../../problems.js';
import type { Services } from '../../services.js';
import { paramOf, sendProblem } from '../exchange.js';

function auditCounts(counts: SaleCounts): AuditCounts {
  const { total, available, held, sold, waiting, standby } = counts;
  return { total, available, held, sold, waiting, standby };
}

function addsUp(side: string, { total, available, held, sold }: SaleCounts) {
  const holds = total === available + held + sold && Math.min(available, held, sold) >= 0;
  const detail = `${side}: ${total} = ${available} available + ${held} held + ${sold} sold`;
  return { id: 1, holds, detail };
}

export function opsInsightHandlers({ redis, lanes, stores, book }: Services) {
  async function laneOf(row: LaneRow): Promise<Lane> {
    const view = lanes.view(row.lane);
    const read = view ? await readLane(redis, view).catch(() => null) : null;
    const live = read?.kind === 'ok' ? read : null;
    if (read?.kind === 'behind') lanes.closeFor(row.lane, 'behind');
    const feedNumber = live?.feedNumber ?? row.ledgerNumber;
    return {
      lane: row.lane,
      state: lanes.state(row.lane),
      owner: live ? live.owner : row.owner,
      fencingToken: row.fencingToken,
      incarnation: row.incarnation,
      waiting: book.waitingIn(book.ids.filter((id) => laneOfSale(id) === row.lane)),
      feedNumber,
      ledgerNumber: row.ledgerNumber,
      lag: Math.max(0, feedNumber - row.ledgerNumber),
    };
  }

  return {
    /** GET /api/ops/lanes */
    async lanes(_request: Request, response: Response): Promise<void> {
      const items = await Promise.all((await stores.lanes.all()).map(laneOf));
      response.json({ items, nextCursor: null });
    },

    /** GET /api/ops/sales/:id/audit */
    async audit(request: Request, response: Response): Promise<void> {
      const id = paramOf(request, 'id');
      const lane = laneOfSale(id);
      if (lane === null || !lanes.has(lane)) return sendProblem(response, NO_SUCH_SALE);
      const view = lanes.view(lane);
      if (!view) return sendProblem(response, RECOVERING);
      // Redis first: what the ledger has beyond it can only be newer, never a false drift.
      const read = await readSale(redis, view, id);
      const stored = await stores.sales.findWithLedger(id);
      if (read.kind === 'behind') return sendProblem(response, RECOVERING);
      if (read.kind !== 'ok' || !stored) return sendProblem(response, NO_SUCH_SALE);
      response.json(auditOf(id, read, stored.sale.counts, stored.ledgerNumber));
    },
  };
}

function auditOf(
  saleId: string,
  read: { readonly feedNumber: number; readonly sale: { readonly counts: SaleCounts } },
  ledger: SaleCounts,
  ledgerNumber: number,
): SaleAudit {
  const redis = auditCounts(read.sale.counts);
  const differs = JSON.stringify(redis) !== JSON.stringify(auditCounts(ledger));
  const drained = ledgerNumber === read.feedNumber;
  const detail = drained
    ? 'the ledger has the whole feed'
    : `the ledger is ${read.feedNumber - ledgerNumber} feed entries behind`;
  return {
    saleId,
    redis,
    ledger: auditCounts(ledger),
    feedNumber: read.feedNumber,
    ledgerNumber,
    drift: drained && differs,
    invariants: [
      addsUp('Redis', read.sale.counts),
      addsUp('ledger', ledger),
      { id: 7, holds: !(drained && differs), detail },
    ],
  };
}
