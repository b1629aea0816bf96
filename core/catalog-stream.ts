import { CATALOG_KEY } from './keys.js';
import type { RedisClient } from './redis.js';

/** Entries that the catalog's stream keeps: gateways read it at once, or load products anew. */
const KEPT = 1_000;

/** Tells every gateway that something of a product changed in MySQL. */
export async function announceProduct(redis: RedisClient, productId: string): Promise<void> {
  await redis.xadd(CATALOG_KEY, 'MAXLEN', '~', KEPT, '*', 'productId', productId);
}
