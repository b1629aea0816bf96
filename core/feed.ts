import { type AttemptRecord, parseRecords } from './domain/attempt.js';
import type { SaleCounts } from './domain/sale.js';

/** What happened: one feed entry holds one sale's changes of one script call. */
export const FEED_KINDS = [
  'configured',
  'opened',
  'paused',
  'resumed',
  'closed',
  'restocked',
  'entered',
  'decided',
  'left',
  'expired',
  'confirmed',
  'bound',
  'unbound',
  'archived',
] as const;

export type FeedKind = (typeof FEED_KINDS)[number];

/** An idempotency key that was used, and what it was answered with. */
export interface UsedKey {
  readonly ticket: number;
  readonly quantity: number;
  readonly status: number;
  readonly buyerId: string;
  readonly key: string;
}

/** One entry of a lane's feed. Its body is parsed on demand: most gateways watch few sales. */
export interface FeedEntry {
  /** The feed number, from 1, no gaps. */
  readonly number: number;
  readonly kind: FeedKind;
  readonly saleId: string;
  /** Milliseconds since the epoch, Redis time, never falling. */
  readonly time: number;
  /** The sale's counts after this entry. */
  readonly counts: SaleCounts;
  /** Switches after this entry. */
  readonly pausedFor: string | null;
  readonly closed: boolean;
  readonly archived: boolean;
  /** The configuration as JSON text, on `configured` entries; else empty. */
  readonly config: string;
  /** The order of an attempt that was confirmed by itself, as JSON text; else empty. */
  readonly order: string;
  /** Every attempt that changed, with its whole record after the change. */
  attempts(): AttemptRecord[];
  /** The same, but of each only state and version: a quarter of the cost of whole records. */
  eachState(visit: (state: string, version: string) => void): void;
  usedKeys(): UsedKey[];
}

const VERSION = '1';

function lines(text: string | undefined): string[] {
  return text ? text.split('\n') : [];
}

/** Each line is `ticket|state|version|…`. */
function visitStates(text: string, visit: (state: string, version: string) => void): void {
  for (let from = 0; from < text.length; ) {
    const state = text.indexOf('|', from) + 1;
    const version = text.indexOf('|', state) + 1;
    const rest = text.indexOf('|', version);
    visit(text.slice(state, version - 1), text.slice(version, rest));
    const end = text.indexOf('\n', rest);
    from = end === -1 ? text.length : end + 1;
  }
}

function parseUsedKey(line: string): UsedKey {
  const [ticket, quantity, status, buyerId, ...key] = line.split('|');
  return {
    ticket: Number(ticket),
    quantity: Number(quantity),
    status: Number(status),
    buyerId: buyerId as string,
    key: key.join('|'),
  };
}

function parseCounts(text: string): SaleCounts {
  const [total, available, held, sold, entered, serving, waiting, standby] = text
    .split(',')
    .map(Number) as [number, number, number, number, number, number, number, number];
  return { total, available, held, sold, entered, serving, waiting, standby };
}

/**
 * Reads one stream entry as lua/fragments/feed.lua writes it.
 * @throws Error for an entry of an unknown version: a newer release writes it, and to skip it
 *   would lose it.
 */
export function parseFeedEntry(id: string, fields: readonly string[]): FeedEntry {
  const field = new Map<string, string>();
  for (let i = 0; i + 1 < fields.length; i += 2)
    field.set(fields[i] as string, fields[i + 1] as string);
  if (field.get('v') !== VERSION) {
    throw new Error(
      `feed entry ${id} has version ${field.get('v')}, this release reads ${VERSION}`,
    );
  }
  const [pausedFor, closed, archived] = (field.get('w') ?? '').split(',');
  return {
    number: Number(id.split('-')[0]),
    kind: field.get('k') as FeedKind,
    saleId: field.get('s') as string,
    time: Number(field.get('t')),
    counts: parseCounts(field.get('c') as string),
    pausedFor: pausedFor || null,
    closed: closed === '1',
    archived: archived === '1',
    config: field.get('d') ?? '',
    order: field.get('o') ?? '',
    attempts: () => parseRecords(field.get('a') ?? ''),
    eachState: (visit) => visitStates(field.get('a') ?? '', visit),
    usedKeys: () => lines(field.get('r')).map(parseUsedKey),
  };
}
