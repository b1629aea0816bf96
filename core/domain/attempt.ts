/** States of an attempt; docs/lifecycle.md draws how they follow each other. */
export const ATTEMPT_STATES = [
  'waiting',
  'held',
  'standby',
  'confirmed',
  'released',
  'expired',
  'sold-out',
  'rejected',
] as const;

export type AttemptState = (typeof ATTEMPT_STATES)[number];

/** A buyer has at most one attempt in one of these states a sale. */
const LIVE: ReadonlySet<AttemptState> = new Set<AttemptState>(['waiting', 'held', 'standby']);

/** Whether an attempt in this state can still change by itself: waiting, held or standby. */
export function isLive(state: AttemptState): boolean {
  return LIVE.has(state);
}

/** One attempt as Redis keeps it, the feed carries it and the ledger stores it. */
export interface AttemptRecord {
  readonly ticket: number;
  readonly state: AttemptState;
  /** Rises by one with each change of state, from 1. */
  readonly version: number;
  readonly quantity: number;
  readonly buyerId: string;
  /** The tag of the incarnation that gave out the ticket. */
  readonly tag: string;
  /** Milliseconds since the epoch, Redis time; `null` unless it was ever held. */
  readonly holdExpiresAt: number | null;
  readonly orderId: string | null;
  readonly reason: string | null;
}

/** The record as lua/fragments/record.lua writes it. */
export function recordText(record: AttemptRecord): string {
  const { state, version, quantity, buyerId, tag, holdExpiresAt, orderId, reason } = record;
  const parts = [state, version, quantity, buyerId, tag, holdExpiresAt, orderId, reason];
  return parts.map((part) => part ?? '').join('|');
}

/**
 * Reads a record as lua/fragments/record.lua writes it:
 * `state|version|quantity|buyer|tag|holdExpiresAt|orderId|reason`.
 * @throws Error when the text is no record: that is a fault of ours, never of a request.
 */
export function parseRecord(ticket: number, text: string): AttemptRecord {
  const part = text.split('|');
  const [state, version, quantity, buyerId, tag, holdExpiresAt, orderId, reason] = part;
  if (part.length !== 8 || !ATTEMPT_STATES.includes(state as AttemptState)) {
    throw new Error(`not an attempt record: ${JSON.stringify(text)}`);
  }
  return {
    ticket,
    state: state as AttemptState,
    version: Number(version),
    quantity: Number(quantity),
    buyerId: buyerId as string,
    tag: tag as string,
    holdExpiresAt: holdExpiresAt ? Number(holdExpiresAt) : null,
    orderId: orderId || null,
    reason: reason || null,
  };
}
