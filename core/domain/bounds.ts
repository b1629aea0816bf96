/** The bounds of every number that enters from outside; lua/fragments/numbers.lua checks them again. */
export const BOUNDS = {
  /** Units of stock in a sale or of a product. */
  stock: { min: 0, max: 10_000_000 },
  /** Units that one buyer may buy in a sale. */
  perBuyerLimit: { min: 1, max: 1_000 },
  /** How long a hold is kept, in seconds. */
  holdSeconds: { min: 1, max: 86_400 },
  /** How many attempts may stand by. */
  standbyLimit: { min: 0, max: 100_000 },
  /** Units in one attempt; the sale's perBuyerLimit bounds it further. */
  quantity: { min: 1, max: 1_000 },
  /** A price in minor units: 14 digits are what Lua's JSON keeps, 12 are enough for any shop. */
  price: { min: 0, max: 999_999_999_999 },
} as const;

/** Attempts that one batch carries and that one script call decides, at most. */
export const BATCH_LIMIT = 500;

/** Attempts that one buyer may make in one sale; the next one is over the limit. */
export const ATTEMPTS_PER_BUYER = 5;

/** Holds that one buyer may let expire in one sale; the next attempt is over the limit. */
export const EXPIRED_HOLDS_PER_BUYER = 2;

/** Idempotency keys that one buyer may use in one sale; the next one is too many requests. */
export const KEYS_PER_BUYER = 32;

/** Feed entries that may wait for the ledger before a lane's doors answer 503. */
export const FEED_BACKLOG_LIMIT = 100_000;

/** Feed entries that stay readable behind the ledger, so that gateways need no resync. */
export const FEED_KEPT = 2_000;

/** A request body's bytes, over HTTP and in one Socket.IO message. */
export const BODY_LIMIT_BYTES = 16 * 1024;
