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
  return recordAt(text, 0, text.length, ticket);
}

/** Reads a record a line, each behind its ticket and a bar, as the feed has them. */
export function parseRecords(text: string): AttemptRecord[] {
  const records: AttemptRecord[] = [];
  for (let from = 0; from < text.length; ) {
    const next = text.indexOf('\n', from);
    const end = next === -1 ? text.length : next;
    const bar = text.indexOf('|', from);
    records.push(recordAt(text, bar + 1, end, Number(text.slice(from, bar))));
    from = end + 1;
  }
  return records;
}

const KNOWN: ReadonlySet<string> = new Set(ATTEMPT_STATES);

/** The record from `from` up to `end`. Bar by bar: to split all of it takes twice as long. */
function recordAt(text: string, from: number, end: number, ticket: number): AttemptRecord {
  const version = text.indexOf('|', from) + 1;
  const quantity = text.indexOf('|', version) + 1;
  const buyerId = text.indexOf('|', quantity) + 1;
  const tag = text.indexOf('|', buyerId) + 1;
  const expires = text.indexOf('|', tag) + 1;
  const order = text.indexOf('|', expires) + 1;
  const reason = text.indexOf('|', order) + 1;
  const beyond = text.indexOf('|', reason);
  const state = text.slice(from, version - 1);
  // One that is missing is 0, or was found behind the end; then the next are not where they belong.
  const isWhole = from < version && version < quantity && quantity < buyerId && buyerId < tag;
  const isEnded = tag < expires && expires < order && order < reason && reason <= end;
  if (!isWhole || !isEnded || (beyond !== -1 && beyond < end) || !KNOWN.has(state)) {
    throw new Error(`not an attempt record: ${JSON.stringify(text.slice(from, end))}`);
  }
  return {
    ticket,
    state: state as AttemptState,
    version: Number(text.slice(version, quantity - 1)),
    quantity: Number(text.slice(quantity, buyerId - 1)),
    buyerId: text.slice(buyerId, tag - 1),
    tag: text.slice(tag, expires - 1),
    holdExpiresAt: order - 1 > expires ? Number(text.slice(expires, order - 1)) : null,
    orderId: text.slice(order, reason - 1) || null,
    reason: text.slice(reason, end) || null,
  };
}
