import { z } from 'zod';
import type * as wire from './contract.js';
import { ATTEMPT_STATES } from './domain/attempt.js';
import { ORDER_STATES } from './domain/order.js';
import { SALE_STATES } from './domain/sale.js';

/**
 * What the doors answer, as schemas: /openapi.json is made from them. The types of contract.ts stay
 * the ones to read and to import; the end of this file proves that both say the same.
 */

const id = z.string();
export const count = z.int().min(0);
export const minorUnits = z.int().min(0).describe('Minor units of the currency.');
export const currency = z.string().describe('ISO 4217.');
export const timestamp = z.iso.datetime({ precision: 3 }).describe('RFC 3339, UTC, milliseconds.');

export const attempt = z
  .object({
    id,
    saleId: id,
    quantity: z.int().min(1),
    state: z.enum(ATTEMPT_STATES),
    ticket: z.int().min(1).describe("Place in the sale's line, from 1, no gaps; never changes."),
    ahead: count
      .nullable()
      .describe('Undecided (for standby: standby) tickets before it; null in any other state.'),
    holdExpiresAt: timestamp.nullable(),
    orderId: id.nullable(),
    reason: z.string().nullable(),
    version: z.int().min(1).describe('Rises with each change of state.'),
  })
  .describe("One buyer's wish to buy in one sale.");

export const product = z.object({
  id,
  name: z.string(),
  description: z.string(),
  price: minorUnits,
  currency,
  stock: count,
  available: count,
  version: z.int().min(1),
});

const saleProduct = product.pick({
  id: true,
  name: true,
  description: true,
  price: true,
  currency: true,
});

export const sale = z
  .object({
    id,
    product: saleProduct,
    title: z.string(),
    state: z.enum(SALE_STATES),
    opensAt: timestamp.nullable(),
    closesAt: timestamp.nullable(),
    stock: z.object({ total: count, available: count, held: count, sold: count }),
    perBuyerLimit: count,
    holdSeconds: count,
    standbyLimit: count,
    line: z.object({
      entered: count,
      decided: count,
      perSecond: z.number().min(0).describe('Decisions a second, over the last five seconds.'),
      serving: z.int().min(1).describe('The next ticket to be decided.'),
    }),
    serverTime: timestamp,
  })
  .describe("A limited release of one product. Public: it holds no buyer's data.");

export const problem = z
  .looseObject({
    type: z.string(),
    code: z.string(),
    title: z.string(),
    status: z.int().min(400).max(599),
    detail: z.string(),
  })
  .describe('RFC 9457. Decide by code, never by the text.');

export const guestSession = z.object({ buyerId: id, token: z.string(), expiresAt: timestamp });

/** An operator's login; both are null once it has ended. */
export const opsSession = z.object({
  name: z.string().nullable(),
  expiresAt: timestamp.nullable(),
});

export const alive = z.object({ status: z.literal('alive') });

export const ready = z.object({
  status: z.literal('ready'),
  checks: z.object({ redis: z.boolean(), schema: z.boolean(), feeds: z.boolean() }),
});

export const productStock = z.object({ productId: id, available: count });

const cartLine = z.object({
  productId: id,
  attemptId: id.nullable().describe('The attempt that holds these goods; null for ordinary ones.'),
  name: z.string(),
  quantity: z.int().min(1),
  price: minorUnits,
  currency,
  available: count,
  holdExpiresAt: timestamp.nullable(),
});

export const cart = z.object({
  items: z.array(cartLine),
  total: minorUnits,
  currency: currency.nullable(),
});

const orderLine = z
  .object({
    productId: id,
    attemptId: id.nullable(),
    name: z.string(),
    quantity: z.int().min(1),
    price: minorUnits,
  })
  .readonly();

export const order = z.object({
  id,
  state: z.enum(ORDER_STATES),
  lines: z.array(orderLine),
  total: minorUnits,
  currency,
  paymentReference: z.string(),
  createdAt: timestamp,
});

const auditCounts = z.object({
  total: count,
  available: count,
  held: count,
  sold: count,
  waiting: count,
  standby: count,
});

export const saleAudit = z.object({
  saleId: id,
  redis: auditCounts,
  ledger: auditCounts,
  feedNumber: count,
  ledgerNumber: count,
  drift: z.boolean().describe('Whether both differ although the ledger has the whole feed.'),
  invariants: z.array(z.object({ id: count, holds: z.boolean(), detail: z.string() })),
});

export const lane = z.object({
  lane: count,
  state: z.enum(['open', 'recovering', 'closed']),
  owner: z.string().nullable().describe('The worker that holds the lease.'),
  fencingToken: count,
  incarnation: z.string().nullable(),
  waiting: count,
  feedNumber: count,
  ledgerNumber: count,
  lag: count.describe('Feed entries that the ledger does not have yet.'),
  clock: z.enum(['running', 'stopped']),
});

export function pageOf<T extends z.ZodType>(item: T) {
  const nextCursor = z.string().nullable().describe('Send it as cursor; null on the last page.');
  return z.object({ items: z.array(item), nextCursor });
}

const refused = z.object({ ok: z.literal(false), problem });

export const attemptAck = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), attempt }),
  refused,
]);

export const watchAck = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), sale }),
  refused,
]);

export const unwatchAck = z.discriminatedUnion('ok', [z.object({ ok: z.literal(true) }), refused]);

/** Whether two types are the same, member by member. */
export type Same<A, B> =
  (<T>() => T extends Flat<A> ? 1 : 2) extends <T>() => T extends Flat<B> ? 1 : 2 ? true : false;

/** An interface, an intersection and a plain object type of the same members look the same. */
type Flat<T> = T extends (infer Item)[]
  ? Flat<Item>[]
  : T extends object
    ? { [K in keyof T]: Flat<T[K]> }
    : T;

/** Only what is true can be claimed. */
export type Proven<Claims extends Record<string, true>> = Claims;

/** Does not compile while a schema and its type in contract.ts differ. */
export type ContractIsProven = Proven<{
  attempt: Same<z.infer<typeof attempt>, wire.Attempt>;
  product: Same<z.infer<typeof product>, wire.Product>;
  saleProduct: Same<z.infer<typeof saleProduct>, wire.SaleProduct>;
  sale: Same<z.infer<typeof sale>, wire.Sale>;
  problem: Same<z.infer<typeof problem>, wire.Problem>;
  guestSession: Same<z.infer<typeof guestSession>, wire.GuestSession>;
  productStock: Same<z.infer<typeof productStock>, wire.ProductStock>;
  cartLine: Same<z.infer<typeof cartLine>, wire.CartLine>;
  cart: Same<z.infer<typeof cart>, wire.Cart>;
  order: Same<z.infer<typeof order>, wire.Order>;
  auditCounts: Same<z.infer<typeof auditCounts>, wire.AuditCounts>;
  saleAudit: Same<z.infer<typeof saleAudit>, wire.SaleAudit>;
  lane: Same<z.infer<typeof lane>, wire.Lane>;
  page: Same<z.infer<ReturnType<typeof pageOf<typeof attempt>>>, wire.Page<wire.Attempt>>;
  attemptAck: Same<z.infer<typeof attemptAck>, wire.AttemptAck>;
  watchAck: Same<z.infer<typeof watchAck>, wire.WatchAck>;
  unwatchAck: Same<z.infer<typeof unwatchAck>, wire.UnwatchAck>;
}>;
