import type { FeedEntry } from '../../core/feed.js';
import type { Log } from '../../core/log.js';
import { pause, unlessAborted } from '../../core/pause.js';
import type { LaneRow, LaneStore } from '../../core/stores/lanes.js';
import {
  GATEWAY_ITSELF,
  type GatewaySample,
  type SalePart,
  type SampleRow,
  type SampleStore,
} from '../../core/stores/samples.js';
import type { Lanes } from '../lanes.js';
import type { Overload } from '../overload/overload.js';
import type { SaleBook } from '../results/sale-book.js';
import type { ResultTimes } from './result-times.js';

/** How long one sample covers. */
export const SLOT_MS = 10_000;

/** Sales in one slot of one gateway; those that have changed and are left over come next. */
const SALES_PER_SLOT = 200;

export interface SamplerSources {
  readonly gatewayId: string;
  readonly book: SaleBook;
  readonly lanes: Pick<Lanes, 'view'>;
  readonly overload: Pick<Overload, 'refused' | 'share' | 'standingDelay'>;
  readonly results: ResultTimes;
  readonly sockets: () => number;
  /** Sockets by the sale that they watch. */
  readonly watchers: () => ReadonlyMap<string, number>;
  readonly samples: SampleStore;
  readonly laneStore: Pick<LaneStore, 'all'>;
  readonly log: Log;
}

/**
 * Writes every ten seconds what this gateway sees, so that a chart outlives it and adds up over all
 * gateways. What can't be written is dropped: figures are no reason to hold anything up.
 */
export class Sampler {
  readonly #from: SamplerSources;
  readonly #changed = new Set<string>();
  #lastSlot = 0;
  #refusedBefore = 0;
  #dropping = false;

  constructor(sources: SamplerSources) {
    this.#from = sources;
  }

  onEntry({ saleId }: Pick<FeedEntry, 'saleId'>): void {
    this.#changed.add(saleId);
  }

  /** An operator looks at this sale: the next sample tells of it, even if nothing happens. */
  lookedAt(saleId: string): void {
    this.#changed.add(saleId);
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const { now } = this.#from.book;
      let slot = (Math.floor(now / SLOT_MS) + 1) * SLOT_MS;
      // A timer may be early by a moment: the slot that was just written is not begun again.
      if (slot === this.#lastSlot) slot += SLOT_MS;
      await pause(slot - now, signal);
      this.#lastSlot = slot;
      // A MySQL that does not answer must not hold up the end of the gateway.
      if (!signal.aborted) await unlessAborted(this.#sample(slot), signal);
    }
  }

  /** What this gateway knows of a sale right now; `null` when it is not in its book. */
  saleNow(saleId: string, watching = this.#from.watchers()): SalePart | null {
    const page = this.#from.book.page(saleId);
    if (!page) return null;
    const { sale, number } = page;
    const results = this.#from.results.ofSale(saleId)?.toCounts() ?? null;
    return { number, counts: sale.counts, watchers: watching.get(saleId) ?? 0, results };
  }

  /** This gateway's own figures right now. */
  gatewayNow(lanes: readonly LaneRow[]): GatewaySample {
    const { overload, sockets } = this.#from;
    return {
      sockets: sockets(),
      shedShare: overload.share,
      refused: this.#refused - this.#refusedBefore,
      loopDelayMs: Math.round(overload.standingDelay),
      lags: lanes.map((row) => [row.lane, this.#lagOf(row)] as const).filter(([, lag]) => lag > 0),
    };
  }

  get #refused(): number {
    return Object.values(this.#from.overload.refused).reduce((sum, count) => sum + count, 0);
  }

  #lagOf({ lane, ledgerNumber }: LaneRow): number {
    return Math.max(0, (this.#from.lanes.view(lane)?.seen ?? 0) - ledgerNumber);
  }

  async #sample(slot: number): Promise<void> {
    const { gatewayId, laneStore, samples, log } = this.#from;
    const sales = this.#salesOf(slot);
    try {
      const figures = this.gatewayNow(await laneStore.all());
      await samples.write([{ saleId: GATEWAY_ITSELF, slot, gatewayId, figures }, ...sales]);
      this.#dropping = false;
    } catch (error) {
      if (!this.#dropping) log.warn({ error: (error as Error).message }, 'samples are dropped');
      this.#dropping = true;
    }
    this.#refusedBefore = this.#refused;
  }

  #salesOf(slot: number): SampleRow<SalePart>[] {
    const { gatewayId, results } = this.#from;
    const watching = this.#from.watchers();
    const rows: SampleRow<SalePart>[] = [];
    for (const saleId of new Set([...this.#changed, ...watching.keys()])) {
      if (rows.length === SALES_PER_SLOT) break;
      this.#changed.delete(saleId);
      const figures = this.saleNow(saleId, watching);
      if (figures) rows.push({ saleId, slot, gatewayId, figures });
    }
    results.endSlot();
    return rows;
  }
}
