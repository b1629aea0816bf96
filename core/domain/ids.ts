/**
 * Ids name their lane, so that any process finds an attempt's keys without a look-up
 * (docs/decisions/0003). A sale is `s<lane>-<body>`, an attempt `a<lane>-<body>-<ticket>-<tag>`
 * with its sale's body. The tag comes from the lane's incarnation: after a rebuild a ticket
 * number may be given out again, an attempt id never.
 */

/** Highest lane number that an id may name; `LANES` is bounded by it. */
export const MAX_LANE = 999;

/** Length of the random part of a sale id (36^10 values). */
export const SALE_BODY_LENGTH = 10;

/** Length of the incarnation's tag in an attempt id. */
export const TAG_LENGTH = 6;

const SALE_ID = /^s(0|[1-9]\d{0,2})-([0-9a-z]{10})$/;
const ATTEMPT_ID = /^a(0|[1-9]\d{0,2})-([0-9a-z]{10})-([1-9]\d{0,9})-([0-9a-z]{6})$/;

export const BUYER_ID = /^[A-Za-z0-9._-]{1,64}$/;

export const PRODUCT_ID = /^p-[0-9a-z]{10}$/;

/** An idempotency key or a reference: 1–128 printable ASCII characters. */
export const REQUEST_KEY = /^[\x20-\x7e]{1,128}$/;

/** What an attempt id says about itself. */
export interface AttemptRef {
  readonly lane: number;
  readonly saleId: string;
  readonly ticket: number;
  readonly tag: string;
}

/** Builds the id of a sale that lives in `lane` (0–999) from ten random base-36 characters. */
export function saleIdOf(lane: number, body: string): string {
  return `s${lane}-${body}`;
}

/** The lane that a sale id names, or `null` when the text is no sale id. */
export function laneOfSale(saleId: string): number | null {
  const match = SALE_ID.exec(saleId);
  return match ? Number(match[1]) : null;
}

/** Builds an attempt's id from its sale, its ticket (from 1) and its incarnation's tag. */
export function attemptIdOf(saleId: string, ticket: number, tag: string): string {
  return `a${saleId.slice(1)}-${ticket}-${tag}`;
}

/** Takes an attempt id apart, or answers `null` when the text is none. */
export function parseAttemptId(attemptId: string): AttemptRef | null {
  const match = ATTEMPT_ID.exec(attemptId);
  if (!match) return null;
  const [, lane, body, ticket, tag] = match as unknown as [string, string, string, string, string];
  return { lane: Number(lane), saleId: `s${lane}-${body}`, ticket: Number(ticket), tag };
}

/** The tag that attempts of this incarnation carry. */
export function tagOf(incarnation: string): string {
  return incarnation.slice(0, TAG_LENGTH);
}

/** Whether a text is a buyer id: 1–64 of `A-Z a-z 0-9 . _ -`. */
export function isBuyerId(text: string): boolean {
  return BUYER_ID.test(text);
}

/** Whether a text is a product id. */
export function isProductId(text: string): boolean {
  return PRODUCT_ID.test(text);
}
