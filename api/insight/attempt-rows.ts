import { timestampOf } from '../../core/clock.js';
import { csvLine } from '../../core/domain/csv.js';
import { attemptIdOf } from '../../core/domain/ids.js';
import { decidedAt } from '../../core/domain/sale-tally.js';
import type { LedgeredAttempt, SaleLedger } from '../../core/stores/sale-ledger.js';

const COLUMNS = [
  'ticket',
  'attemptId',
  'buyerId',
  'quantity',
  'state',
  'reason',
  'enteredAt',
  'standbyAt',
  'heldAt',
  'holdExpiresAt',
  'changedAt',
  'waitedMs',
  'orderId',
];

function rowOf(saleId: string, attempt: LedgeredAttempt): string {
  const { record, enteredAt, standbyAt, heldAt, changedAt } = attempt;
  const decided = decidedAt(attempt);
  return csvLine([
    record.ticket,
    attemptIdOf(saleId, record.ticket, record.tag),
    record.buyerId,
    record.quantity,
    record.state,
    record.reason,
    timestampOf(enteredAt),
    timestampOf(standbyAt),
    timestampOf(heldAt),
    timestampOf(record.holdExpiresAt),
    timestampOf(changedAt),
    decided === null ? null : decided - enteredAt,
    record.state === 'confirmed' ? record.orderId : null,
  ]);
}

/** A sale's attempts as CSV, a page of the ledger at a time: nobody holds the whole of it. */
export async function* attemptRows(ledger: SaleLedger, saleId: string): AsyncGenerator<string> {
  yield csvLine(COLUMNS);
  for await (const page of ledger.pages(saleId)) {
    yield page.map((attempt) => rowOf(saleId, attempt)).join('');
  }
}
