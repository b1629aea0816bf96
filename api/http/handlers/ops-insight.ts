import type { Request, Response } from 'express';
import type { AuditCounts, SaleAudit } from '../../../core/contract.js';
import { laneOfSale } from '../../../core/domain/ids.js';
import type { SaleCounts } from '../../../core/domain/sale.js';
import { readSale } from '../../../lua/read-sale.js';
import { laneView } from '../../insight/lane-view.js';
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
  return {
    /** GET /api/ops/lanes */
    async lanes(_request: Request, response: Response): Promise<void> {
      const rows = await stores.lanes.all();
      const items = await Promise.all(rows.map((row) => laneView({ redis, lanes, book }, row)));
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
      if (!stored || (read.kind !== 'ok' && !stored.sale.archived)) {
        return sendProblem(response, NO_SUCH_SALE);
      }
      // An archived sale has left Redis: the ledger speaks for both.
      const live = read.kind === 'ok' ? read : { ...stored, feedNumber: stored.ledgerNumber };
      const units = await stores.orders.unitsOf(id);
      const after = await stores.sales.findWithLedger(id);
      // Attempts and orders are read later: they are of the same moment if nothing came between.
      const still = after?.sale.feedNumber === stored.sale.feedNumber;
      const { counts } = stored.sale;
      response.json(auditOf(id, live, counts, stored.ledgerNumber, still ? units : null));
    },
  };
}

function auditOf(
  saleId: string,
  read: { readonly feedNumber: number; readonly sale: { readonly counts: SaleCounts } },
  ledger: SaleCounts,
  ledgerNumber: number,
  units: Units | null,
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
      unitsAgree(ledger, drained ? units : null),
    ],
  };
}

/** Units by what became of them; `null` stands for: not of one moment, ask again. */
interface Units {
  readonly confirmed: number;
  readonly held: number;
  readonly ordered: number;
}

/** Holds end once: what is sold was confirmed once, and is in a placed order. */
function unitsAgree(ledger: SaleCounts, units: Units | null) {
  if (!units) return { id: 5, holds: true, detail: 'changing right now: ask again' };
  const { confirmed, held, ordered } = units;
  // An order is placed a moment before its holds are confirmed, never after.
  const holds = confirmed === ledger.sold && held === ledger.held && ordered >= confirmed;
  const detail = `${confirmed} units confirmed, ${held} held; ${ordered} in placed orders`;
  return { id: 5, holds, detail };
}
