/** States of a sale, in the order in which the first that applies is taken. */
export const SALE_STATES = [
  'archived',
  'closed',
  'scheduled',
  'paused',
  'sold-out',
  'open',
] as const;

export type SaleState = (typeof SALE_STATES)[number];

/** The counts of a sale after one feed entry. total = available + held + sold, each from 0. */
export interface SaleCounts {
  readonly total: number;
  readonly available: number;
  readonly held: number;
  readonly sold: number;
  /** Tickets given out: the highest ticket number. */
  readonly entered: number;
  /** The next ticket to be decided; entered + 1 when the line is empty. */
  readonly serving: number;
  /** Undecided attempts. */
  readonly waiting: number;
  readonly standby: number;
}

/** What an operator sets of a sale; everything that counts is in SaleCounts. */
export interface SaleConfig {
  readonly productId: string;
  readonly title: string;
  readonly perBuyerLimit: number;
  readonly holdSeconds: number;
  readonly standbyLimit: number;
  /** Milliseconds since the epoch; `null` = open from the start. */
  readonly opensAt: number | null;
  /** Milliseconds since the epoch; `null` = never closes by itself. */
  readonly closesAt: number | null;
  /** Rises with each change of the configuration, from 1. */
  readonly version: number;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

/** One sale as Redis keeps it: configuration, switches and counts. */
export interface SaleRecord {
  readonly id: string;
  readonly config: SaleConfig;
  /** Why entering is paused (`ops`, `fault`), or `null`. */
  readonly pausedFor: string | null;
  readonly closed: boolean;
  /** Finished for good: it has left Redis, or is about to. */
  readonly archived: boolean;
  readonly counts: SaleCounts;
}

/** Nothing is left to buy or to hope for: exactly then the door answers `sold-out`. */
export function isSoldOut(counts: SaleCounts, standbyLimit: number): boolean {
  return counts.available === 0 && (counts.standby >= standbyLimit || counts.held === 0);
}

/** The sale's state at `now` (milliseconds since the epoch, Redis time). */
export function saleStateAt(sale: SaleRecord, now: number): SaleState {
  const { opensAt, closesAt, standbyLimit } = sale.config;
  if (sale.archived) return 'archived';
  if (sale.closed || (closesAt !== null && now >= closesAt)) return 'closed';
  if (opensAt !== null && now < opensAt) return 'scheduled';
  if (sale.pausedFor !== null) return 'paused';
  return isSoldOut(sale.counts, standbyLimit) ? 'sold-out' : 'open';
}
