import { z } from 'zod';
import { BOUNDS } from './domain/bounds.js';
import { BUYER_ID, PRODUCT_ID, REQUEST_KEY } from './domain/ids.js';

/** What the doors accept. Unknown members are ignored, so that clients may be newer than we are. */

function whole({ min, max }: { min: number; max: number }) {
  return z.int().min(min).max(max);
}

/** Text for people: no control characters, not blank. */
function words(max: number) {
  return (
    z
      .string()
      .trim()
      .min(1)
      .max(max)
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
      .regex(/^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]*$/, 'holds control characters')
  );
}

const requestKey = z.string().regex(REQUEST_KEY, 'must be 1 to 128 printable ASCII characters');

const productId = z.string().regex(PRODUCT_ID, 'is not a product id');

/** RFC 3339 to milliseconds; a year beyond 9999 would not fit its own format. */
const time = z.iso
  .datetime({ offset: true })
  .transform((text) => Date.parse(text))
  .refine(
    (ms) => Number.isSafeInteger(ms) && ms >= 0 && ms < 253_402_300_800_000,
    'is out of range',
  );

const currency = z.string().regex(/^[A-Z]{3}$/, 'must be an ISO 4217 code');

export const attemptBody = z.object({ quantity: whole(BOUNDS.quantity) });

export const attemptMessage = attemptBody.extend({
  saleId: z.string(),
  // As HTTP does with header values.
  requestId: z.string().trim().pipe(requestKey).nullish(),
});

export const watchMessage = z.object({ saleId: z.string() });

export const idempotencyKey = requestKey.optional();

export const createProductBody = z.object({
  name: words(200),
  description: z.string().max(5_000).default(''),
  price: whole(BOUNDS.price),
  currency: currency.default('KRW'),
  stock: whole(BOUNDS.stock).default(0),
});

export const updateProductBody = z
  .object({
    name: words(200),
    description: z.string().max(5_000),
    price: whole(BOUNDS.price),
    currency,
    stock: whole(BOUNDS.stock),
  })
  .partial();

const saleFields = {
  title: words(200),
  perBuyerLimit: whole(BOUNDS.perBuyerLimit),
  opensAt: time.nullable(),
  closesAt: time.nullable(),
  holdSeconds: whole(BOUNDS.holdSeconds),
  standbyLimit: whole(BOUNDS.standbyLimit),
};

export const createSaleBody = z.object({
  ...saleFields,
  productId,
  stock: whole(BOUNDS.stock),
  perBuyerLimit: saleFields.perBuyerLimit.default(1),
  opensAt: saleFields.opensAt.default(null),
  closesAt: saleFields.closesAt.default(null),
  holdSeconds: saleFields.holdSeconds.default(300),
  standbyLimit: saleFields.standbyLimit.default(0),
});

export const updateSaleBody = z.object(saleFields).partial();

export const restockBody = z.object({
  quantity: whole({ min: -BOUNDS.stock.max, max: BOUNDS.stock.max })
    .refine((quantity) => quantity !== 0, 'must not be 0')
    .meta({ not: { const: 0 } }),
});

export const confirmBody = z.object({ paymentReference: requestKey });

export const orderBody = confirmBody;

export const cartItemBody = z.object({ quantity: whole(BOUNDS.quantity) });

export const opsSessionBody = z.object({ token: z.string().min(1).max(512) });

const limit = z.coerce.number().int().min(1).max(100).default(20);
const cursor = z.string().max(256).optional();

export const productsQuery = z.object({ q: z.string().max(200).default(''), limit, cursor });

export const salesQuery = z.object({
  state: z.enum(['archived', 'closed', 'scheduled', 'paused', 'sold-out', 'open']).optional(),
  limit,
  cursor,
});

export const attemptsQuery = z.object({ saleId: z.string().max(64).optional(), limit, cursor });

export const ordersQuery = z.object({ limit, cursor });

export const figuresQuery = z.object({ since: time.optional() });

export const opsAttemptsQuery = z.object({
  buyerId: z.string().regex(BUYER_ID, 'is not a buyer id').optional(),
  ticket: z.coerce.number().int().min(1).max(2_147_483_647).optional(),
  limit,
  cursor,
});

export const opsActionsQuery = z.object({ objectId: z.string().max(64).optional(), limit, cursor });

export type CreateSale = z.infer<typeof createSaleBody>;
export type UpdateSale = z.infer<typeof updateSaleBody>;
