import { timestampOf } from '../core/clock.js';
import type { Problem } from '../core/contract.js';

/** Every problem that the doors know: status and title by slug. docs/errors.md explains them. */
export const PROBLEMS = {
  'malformed-json': [400, 'The body is not JSON'],
  unauthenticated: [401, 'A valid token is needed'],
  'origin-not-allowed': [403, 'This origin may not do that'],
  'not-found': [404, 'There is no such thing here'],
  'confirm-by-shop': [403, 'The shop confirms'],
  'already-confirmed': [409, 'The attempt is confirmed'],
  'cart-empty': [409, 'The cart is empty'],
  conflict: [409, 'Another change came first'],
  'not-held': [409, 'The attempt holds nothing'],
  'out-of-stock': [409, 'Some goods are out of stock'],
  'sale-not-open': [409, 'The sale has not opened yet'],
  'sale-paused': [409, 'The sale is paused'],
  'stock-in-use': [409, 'That stock is held or sold'],
  'hold-expired': [410, 'The hold has ended'],
  'sale-closed': [410, 'The sale is closed'],
  'sold-out': [410, 'The sale is sold out'],
  'too-large': [413, 'The body is too large'],
  'unsupported-media-type': [415, 'The body must be application/json'],
  'idempotency-key-reused': [422, 'The key was used with another body'],
  'invalid-request': [422, 'Something in the request is wrong'],
  'over-limit': [422, 'That is over the limit of a buyer'],
  'too-many-requests': [429, 'Too fast'],
  internal: [500, 'Something broke on our side'],
  overloaded: [503, 'Too many at once'],
  recovering: [503, 'This sale is being recovered'],
} as const satisfies Record<string, readonly [number, string]>;

export type ProblemCode = keyof typeof PROBLEMS;

/** Builds an RFC 9457 problem. `detail` tells this client what to do; `more` is what it needs. */
export function problem(
  code: ProblemCode,
  detail: string,
  more: Readonly<Record<string, unknown>> = {},
): Problem {
  const [status, title] = PROBLEMS[code];
  return { type: `/problems/${code}`, code, title, status, detail, ...more };
}

export const UNAUTHENTICATED = problem(
  'unauthenticated',
  'Send "Authorization: Bearer <token>"; POST /api/sessions gives a guest one.',
);

export const OPS_UNAUTHENTICATED = problem(
  'unauthenticated',
  'Send an ops token as "Authorization: Bearer <token>", or log in at /ops/login.',
);

export const NO_SUCH_SALE = problem('not-found', 'There is no sale with this id.');

export const NO_SUCH_ATTEMPT = problem('not-found', 'You have no attempt with this id.');

export const CONFIRM_BY_SHOP = problem(
  'confirm-by-shop',
  "This shop's own server confirms holds after payment (BUYER_CONFIRM=off).",
);

export const NO_SUCH_ORDER = problem('not-found', 'You have no order with this id.');

export const NO_SUCH_PRODUCT = problem('not-found', 'There is no product with this id.');

export const KEY_REUSED = problem(
  'idempotency-key-reused',
  'This key came with another body before. Use a new key for a new request.',
);

/** `retryAfter` is in seconds; over HTTP it is the Retry-After header as well. */
export const RECOVERING = problem(
  'recovering',
  'Nothing is sold until the data of this sale is whole again. Your place, if you had one, is kept.',
  { retryAfter: 2 },
);

export function overloaded(retryAfter: number): Problem {
  const detail = 'More buyers came than can be taken at once. Try again after the time given.';
  return problem('overloaded', detail, { retryAfter });
}

export const OVERLOADED = overloaded(1);

export function tooManyRequests(retryAfter: number): Problem {
  return problem('too-many-requests', 'Wait for the time given, then try again.', { retryAfter });
}

export function saleNotOpen(opensAt: number): Problem {
  const at = timestampOf(opensAt);
  return problem('sale-not-open', `The sale opens at ${at}.`, { opensAt: at });
}

/** One thing that is wrong in a request: where, as a JSON path without `$`, and what. */
export interface InvalidPart {
  readonly path: string;
  readonly message: string;
}

export function invalidRequest(errors: readonly InvalidPart[]): Problem {
  const what = errors.map(({ path, message }) => `${path}: ${message}`).join('; ');
  return problem('invalid-request', what.slice(0, 500), { errors });
}

/** Thrown by what stands between the door and a handler; the error handler answers with it. */
export class ProblemError extends Error {
  readonly problem: Problem;

  constructor(what: Problem) {
    super(what.code);
    this.name = 'ProblemError';
    this.problem = what;
  }
}
