import type { Database } from '../../core/database.js';
import type { RedisClient } from '../../core/redis.js';
import type { LaneStore } from '../../core/stores/lanes.js';
import { SaleLedger } from '../../core/stores/sale-ledger.js';
import type { SaleStore } from '../../core/stores/sales.js';
import { SampleStore } from '../../core/stores/samples.js';
import type { Lanes } from '../lanes.js';
import type { Catalog } from '../results/catalog.js';
import type { Sales } from '../sales.js';
import { AttemptHistory } from './attempt-history.js';
import { Figures } from './figures.js';
import { ReportDesk } from './report-desk.js';
import { Sampler, type SamplerSources } from './sampler.js';

/** What operators are told of sales beyond their public face. */
export interface Insight {
  readonly sampler: Sampler;
  readonly figures: Figures;
  readonly history: AttemptHistory;
  readonly reports: ReportDesk;
  readonly ledger: SaleLedger;
}

export interface InsightParts extends Omit<SamplerSources, 'samples' | 'laneStore' | 'lanes'> {
  readonly redis: RedisClient;
  readonly db: Database;
  readonly lanes: Lanes;
  readonly catalog: Catalog;
  readonly sales: Sales;
  readonly stores: { readonly lanes: LaneStore; readonly sales: SaleStore };
}

export function createInsight(parts: InsightParts): Insight {
  const { db, stores, book, catalog } = parts;
  const samples = new SampleStore(db);
  const ledger = new SaleLedger(db);
  const sampler = new Sampler({ ...parts, samples, laneStore: stores.lanes });
  return {
    sampler,
    figures: new Figures({ ...parts, sampler, samples }),
    history: new AttemptHistory(ledger),
    reports: new ReportDesk(ledger, stores.sales, book, catalog),
    ledger,
  };
}
