import { z } from 'zod';
import type * as wire from './contract.js';
import { ATTEMPT_STATES, type AttemptState } from './domain/attempt.js';
import { SALE_STATES } from './domain/sale.js';
import {
  attempt,
  count,
  currency,
  lane,
  minorUnits,
  type Proven,
  pageOf,
  type Same,
  sale,
  timestamp,
} from './response-schemas.js';

/** What operators are answered about a sale and about each other. */

const milliseconds = z.number().min(0);

const saleSample = z.object({
  at: timestamp,
  total: count,
  available: count,
  held: count,
  sold: count,
  entered: count,
  waiting: count,
  standby: count,
  decidedPerSecond: z.number().min(0),
  resultMs: z
    .object({ p50: milliseconds, p95: milliseconds, p99: milliseconds, count })
    .nullable()
    .describe("From arrival to the decision's arrival; null when nothing was decided."),
  sockets: count.describe('Connected to all gateways.'),
  watchers: count.describe('Those that watch this sale.'),
  shedShare: z.number().min(0).max(1).describe('The highest of all gateways.'),
  refused: count.describe('Refused for overload by all gateways.'),
  loopDelayMs: milliseconds.describe('The highest standing event-loop delay.'),
  ledgerLag: count,
});

export const saleFigures = z.object({
  sale,
  pausedFor: z.string().nullable().describe('ops, fault, or null.'),
  lane,
  holdsEndingSoon: count.describe('Holds that end within 30 s; a lower bound if it is above 500.'),
  now: saleSample,
  samples: z.array(saleSample).describe('The last hour, oldest first, one every 10 s.'),
});

const explanationCode = z.enum([
  'waiting',
  'held',
  'standby',
  'confirmed',
  'released-in-line',
  'released-hold',
  'expired',
  'sold-out',
  'rejected',
]);

const opsAttempt = attempt.extend({
  buyerId: z.string(),
  enteredAt: timestamp,
  history: z.array(
    z.object({ state: z.enum(ATTEMPT_STATES), at: timestamp, reason: z.string().nullable() }),
  ),
  explanation: z
    .object({
      code: explanationCode,
      lastHeldTicket: count.nullable().describe('The highest ticket that was ever held.'),
      unitsHeldBefore: count.describe('Units that lower tickets have ever held.'),
      ticketsBefore: count,
    })
    .describe('Why it came out so.'),
});

export const opsAttempts = pageOf(opsAttempt).extend({
  lag: count.describe('Feed entries that the ledger does not have yet: so much may be newer.'),
});

const opsAction = z.object({
  id: count,
  at: timestamp,
  opsName: z.string(),
  action: z.string(),
  objectId: z.string(),
  detail: z.unknown(),
});

export const opsActions = pageOf(opsAction);

const distribution = z
  .object({
    count,
    p50: milliseconds.nullable(),
    p95: milliseconds.nullable(),
    p99: milliseconds.nullable(),
    max: milliseconds.nullable(),
    buckets: z
      .array(z.object({ upToMs: milliseconds.nullable(), count }))
      .describe('Each counts what is above the one before; upToMs null is the rest.'),
  })
  .describe('Milliseconds.');

const states = Object.fromEntries(ATTEMPT_STATES.map((state) => [state, count])) as Record<
  AttemptState,
  typeof count
>;

export const saleReport = z.object({
  saleId: z.string(),
  title: z.string(),
  productName: z.string(),
  currency,
  price: minorUnits,
  state: z.enum(SALE_STATES),
  complete: z.boolean().describe('Nothing can change any more, and the ledger has all.'),
  openedAt: timestamp.nullable(),
  firstEnteredAt: timestamp.nullable(),
  lastChangedAt: timestamp.nullable(),
  soldOutAt: timestamp.nullable().describe('When the line got the last unit.'),
  stock: z.object({ total: count, available: count, held: count, sold: count }),
  sellThrough: z.number().min(0).max(1).describe('Sold units of all.'),
  revenue: minorUnits,
  attempts: z.object({ ...states, all: count }),
  buyers: count,
  waiting: distribution.describe('From entering to the first decision, in milliseconds.'),
  confirming: distribution.describe('From the hold to its confirmation, in milliseconds.'),
  dropOff: z.array(
    z.object({ step: z.enum(['entered', 'held', 'confirmed']), attempts: count, units: count }),
  ),
  standby: z.object({ entered: count, held: count, missed: count }),
  promise: z
    .object({ made: count, kept: count, unknown: count })
    .describe('How often the time range that was told held.'),
});

/** Does not compile while a schema and its type in contract.ts differ. */
export type ReportsAreProven = Proven<{
  saleSample: Same<z.infer<typeof saleSample>, wire.SaleSample>;
  saleFigures: Same<z.infer<typeof saleFigures>, wire.SaleFigures>;
  opsAttempt: Same<z.infer<typeof opsAttempt>, wire.OpsAttempt>;
  opsAttempts: Same<z.infer<typeof opsAttempts>, wire.OpsAttempts>;
  opsAction: Same<z.infer<typeof opsAction>, wire.OpsActionEntry>;
  distribution: Same<z.infer<typeof distribution>, wire.Distribution>;
  saleReport: Same<z.infer<typeof saleReport>, wire.SaleReport>;
}>;
