import type { AttemptRecord } from '../../core/domain/attempt.js';
import type { SaleConfig, SaleCounts } from '../../core/domain/sale.js';
import type { FeedKind, UsedKey } from '../../core/feed.js';
import type { EnterResult } from '../../lua/enter.js';

/**
 * A lane as the pages in docs/ describe it. Nothing is counted along: stock, places, limits and
 * queues are worked out from the attempts each time, so that a count that drifts shows.
 */
export interface Lane {
  incarnation: string;
  token: number;
  /** Somebody had seen more than there is: nothing may change in this life any more. */
  lost: boolean;
  /** Milliseconds since the epoch; passes only by being told so. */
  now: number;
  /** Number of the newest feed entry. */
  feed: number;
  readonly sales: Map<string, Sale>;
  /** Gateway → its last batch. */
  readonly batches: Map<string, { readonly sequence: number; readonly answer: EnterResult }>;
}

export interface Sale {
  readonly id: string;
  config: SaleConfig;
  total: number;
  /** The attempt with ticket n is at n − 1. */
  readonly attempts: AttemptRecord[];
  /** The next ticket to be decided. */
  serving: number;
  pausedFor: string | null;
  closed: boolean;
  /** Whether its opening has been announced. */
  opened: boolean;
  readonly keys: UsedKey[];
  /** Restock: caller and key → quantity. */
  readonly restocks: Map<string, number>;
  /** Ticket → payment reference of the attempt's own order. */
  readonly references: Map<number, string>;
}

/** What one entry of the feed has to say. */
export interface Entry {
  readonly number: number;
  readonly kind: FeedKind;
  readonly saleId: string;
  readonly time: number;
  readonly counts: SaleCounts;
  readonly pausedFor: string | null;
  readonly closed: boolean;
  readonly config: unknown;
  readonly order: unknown;
  readonly attempts: readonly AttemptRecord[];
  readonly usedKeys: readonly UsedKey[];
}

/** What an operation comes to: the next state, its answer, and what the feed says of it. */
export interface Outcome<Answer> {
  readonly lane: Lane;
  readonly answer: Answer;
  readonly entries: readonly Entry[];
}

/** One operation at work on a copy of the lane. */
export class Draft {
  readonly lane: Lane;
  readonly entries: Entry[] = [];

  constructor(lane: Lane) {
    this.lane = structuredClone(lane);
  }

  append(kind: FeedKind, sale: Sale, more: Partial<Entry> = {}): void {
    this.lane.feed += 1;
    const { feed: number, now: time } = this.lane;
    const { id: saleId, pausedFor, closed } = sale;
    const nothing = { config: null, order: null, attempts: [], usedKeys: [] };
    const counts = countsOf(sale);
    this.entries.push({
      ...{ number, kind, saleId, time, counts, pausedFor, closed },
      ...nothing,
      ...more,
    });
  }
}

export function newLane(incarnation: string, token: number, now: number): Lane {
  return { incarnation, token, now, lost: false, feed: 0, sales: new Map(), batches: new Map() };
}

export function unitsIn(sale: Sale, state: 'held' | 'confirmed'): number {
  return sale.attempts.reduce(
    (sum, attempt) => sum + (attempt.state === state ? attempt.quantity : 0),
    0,
  );
}

export function inState(sale: Sale, state: AttemptRecord['state']): AttemptRecord[] {
  return sale.attempts.filter((attempt) => attempt.state === state);
}

/** Units that are neither held nor sold. */
export function availableIn(sale: Sale): number {
  return sale.total - unitsIn(sale, 'held') - unitsIn(sale, 'confirmed');
}

export function countsOf(sale: Sale): SaleCounts {
  return {
    total: sale.total,
    available: availableIn(sale),
    held: unitsIn(sale, 'held'),
    sold: unitsIn(sale, 'confirmed'),
    entered: sale.attempts.length,
    serving: sale.serving,
    waiting: inState(sale, 'waiting').length,
    standby: inState(sale, 'standby').length,
  };
}

export function isClosed(sale: Sale, now: number): boolean {
  const { closesAt } = sale.config;
  return sale.closed || (closesAt !== null && now >= closesAt);
}

/** Once its opening was announced, a sale stays open. */
export function isScheduled({ opened, config: { opensAt } }: Sale, now: number): boolean {
  return !opened && opensAt !== null && now < opensAt;
}

/** Takes a configuration over; another opening time is announced anew. */
export function setConfig(sale: Sale, config: SaleConfig, now: number): void {
  if (sale.config.opensAt !== config.opensAt) sale.opened = false;
  sale.config = config;
  sale.opened = !isScheduled(sale, now);
}
