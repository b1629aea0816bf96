import type { SaleFigures } from '../../core/contract.js';
import { laneOfSale } from '../../core/domain/ids.js';
import type { LaneRow, LaneStore } from '../../core/stores/lanes.js';
import type { SaleStore } from '../../core/stores/sales.js';
import type { GatewaySample, SalePart, SampleRow, SampleStore } from '../../core/stores/samples.js';
import { countEnding } from '../../lua/count-ending.js';
import type { Sales } from '../sales.js';
import { type LaneSources, laneView } from './lane-view.js';
import { type Moment, samplesView, sampleView } from './sample-view.js';
import { type Sampler, SLOT_MS } from './sampler.js';

const SHOWN_MS = 3_600_000;

/** Holds that end within this are about to. */
const SOON_MS = 30_000;

/** So long all gateways have to write a slot before it is shown: who has it, has it whole. */
const SETTLED_MS = 2_000;

/** A gateway that has written nothing for longer has ended. */
const GONE_MS = 2.5 * SLOT_MS;

export interface FiguresSources extends LaneSources {
  readonly gatewayId: string;
  readonly sales: Sales;
  readonly sampler: Sampler;
  readonly samples: SampleStore;
  readonly stores: { readonly lanes: LaneStore; readonly sales: SaleStore };
}

export type FiguresResult =
  | { readonly kind: 'ok'; readonly figures: SaleFigures }
  | { readonly kind: 'not-found' | 'recovering' };

/** The last figures of each gateway that still writes some. */
function latest<T>(rows: readonly SampleRow<T>[], now: number): Map<string, T> {
  const recent = rows.filter(({ slot }) => slot > now - GONE_MS);
  return new Map(recent.map(({ gatewayId, figures }) => [gatewayId, figures]));
}

/** What an operator watches a sale by: now, and the last hour, over all gateways. */
export class Figures {
  readonly #from: FiguresSources;

  constructor(sources: FiguresSources) {
    this.#from = sources;
  }

  /** @param since only samples after this time (milliseconds since the epoch) */
  async of(saleId: string, since: number): Promise<FiguresResult> {
    const { sales, stores, sampler, samples, book, redis } = this.#from;
    const read = await sales.read(saleId);
    if (read.kind !== 'ok') return read;
    sampler.lookedAt(saleId);
    const lane = laneOfSale(saleId) as number;
    const { now } = book;
    const after = Math.max(since, now - SHOWN_MS);
    // One slot more than is shown: what was decided in one is the difference of two.
    const from = Math.min(after, now - GONE_MS) - SLOT_MS;
    const [rows, gateways, parts, holdsEndingSoon] = await Promise.all([
      stores.lanes.all(),
      samples.ofGateways(from),
      samples.ofSale(saleId, from),
      countEnding(redis, saleId, now + SOON_MS),
    ]);
    const known = sampler.saleNow(saleId) ?? (await this.#stored(saleId));
    const moment = this.#moment(now, rows, gateways, parts, known);
    const figures = {
      sale: read.sale,
      pausedFor: book.get(saleId)?.pausedFor ?? null,
      lane: await laneView(this.#from, rows.find((row) => row.lane === lane) as LaneRow),
      holdsEndingSoon,
      now: sampleView(moment, known, lane, read.sale.line.perSecond),
      samples: samplesView(gateways, parts, lane, { after, upTo: now - SETTLED_MS }),
    };
    return { kind: 'ok', figures };
  }

  /** What all gateways said last, and this one right now: the running slot and the one before. */
  #moment(
    at: number,
    lanes: readonly LaneRow[],
    gateways: readonly SampleRow<GatewaySample>[],
    parts: readonly SampleRow<SalePart>[],
    known: SalePart,
  ): Moment {
    const { gatewayId, sampler } = this.#from;
    const [said, told] = [latest(gateways, at), latest(parts, at)];
    const mine = sampler.gatewayNow(lanes);
    const refused = mine.refused + (said.get(gatewayId)?.refused ?? 0);
    const before = told.get(gatewayId);
    said.set(gatewayId, { ...mine, refused });
    if (before) told.set(gatewayId, { ...before, watchers: 0 });
    return { at, gateways: [...said.values()], parts: [...told.values(), known] };
  }

  /** An archived sale has left the gateway's book. */
  async #stored(saleId: string): Promise<SalePart> {
    const row = await this.#from.stores.sales.find(saleId);
    if (!row) throw new Error(`sale ${saleId} is neither in the book nor in the ledger`);
    return { number: row.feedNumber, counts: row.counts, watchers: 0, results: null };
  }
}
