import type { SaleConfig } from '../../core/domain/sale.js';
import type { ConfigureResult } from '../../lua/configure.js';
import type { Restock, RestockResult } from '../../lua/restock.js';
import type { LaneView } from '../../lua/script.js';
import type { PauseReason, SwitchResult } from '../../lua/switch.js';
import { behind } from './guards.js';
import { type Changes, dismiss, offer } from './standby.js';
import {
  availableIn,
  Draft,
  isClosed,
  type Lane,
  type Outcome,
  type Sale,
  setConfig,
} from './state.js';

/** What ops do with a sale. */

const MOST_STOCK = 10_000_000;

export function configure(
  lane: Lane,
  view: LaneView,
  saleId: string,
  config: SaleConfig,
  total: number,
): Outcome<ConfigureResult> {
  const shut = behind(lane, view);
  if (shut) return shut;
  const draft = new Draft(lane);
  const known = draft.lane.sales.get(saleId);
  const refused = configureRefused(known, config.version, lane.feed);
  if (refused) return { lane, answer: refused, entries: [] };
  const sale = known ?? newSale(saleId, config, total);
  // Closed is final: a later closing time does not open it again.
  if (isClosed(sale, lane.now) && known) sale.closed = true;
  setConfig(sale, config, lane.now);
  draft.lane.sales.set(saleId, sale);
  draft.append('configured', sale, { config });
  const answer = { kind: 'ok', feedNumber: draft.lane.feed } as const;
  return { lane: draft.lane, answer, entries: draft.entries };
}

function configureRefused(
  known: Sale | undefined,
  version: number,
  feedNumber: number,
): ConfigureResult | null {
  if (!known) return version === 1 ? null : { kind: 'sale-not-found' };
  if (known.config.version === version) return { kind: 'unchanged', feedNumber };
  if (known.config.version + 1 === version) return null;
  return { kind: 'stale', version: known.config.version };
}

function newSale(id: string, config: SaleConfig, total: number): Sale {
  return {
    ...{ id, config, total, attempts: [], serving: 1, pausedFor: null },
    ...{ closed: false, opened: false, keys: [] },
    ...{ restocks: new Map(), references: new Map() },
  };
}

export function restock(
  lane: Lane,
  view: LaneView,
  { saleId, quantity, caller, key }: Restock,
  most: number,
): Outcome<RestockResult> {
  const shut = behind(lane, view);
  if (shut) return shut;
  const draft = new Draft(lane);
  const sale = draft.lane.sales.get(saleId);
  if (!sale) return { lane, answer: { kind: 'sale-not-found' }, entries: [] };
  const scope = `restock:${caller}`;
  const before = key === '' ? undefined : sale.restocks.get(`${scope}:${key}`);
  const refused = restockRefused(sale, quantity, before, lane.feed);
  if (refused) return { lane, answer: refused, entries: [] };
  const changes: Changes = [];
  sale.total += quantity;
  if (!isClosed(sale, lane.now)) {
    offer(sale, lane.now, changes, most);
    dismiss(sale, changes, most);
  }
  if (key !== '') sale.restocks.set(`${scope}:${key}`, quantity);
  const used = { ticket: 0, quantity, status: 200, buyerId: scope, key };
  draft.append('restocked', sale, { attempts: changes, usedKeys: key === '' ? [] : [used] });
  const answer = { kind: 'ok', feedNumber: draft.lane.feed } as const;
  return { lane: draft.lane, answer, entries: draft.entries };
}

function restockRefused(
  sale: Sale,
  quantity: number,
  before: number | undefined,
  feedNumber: number,
): RestockResult | null {
  const available = availableIn(sale);
  if (before === quantity) return { kind: 'unchanged', feedNumber };
  if (before !== undefined) return { kind: 'idempotency-key-reused' };
  if (available + quantity < 0) return { kind: 'stock-in-use', available };
  if (sale.total + quantity > MOST_STOCK) return { kind: 'over-bound', total: sale.total };
  return null;
}

export type Turn =
  | { readonly to: 'pause'; readonly reason: PauseReason }
  | { readonly to: 'resume' }
  | { readonly to: 'close' };

const KINDS = { pause: 'paused', resume: 'resumed', close: 'closed' } as const;

export function turn(lane: Lane, view: LaneView, saleId: string, how: Turn): Outcome<SwitchResult> {
  const shut = behind(lane, view);
  if (shut) return shut;
  const draft = new Draft(lane);
  const sale = draft.lane.sales.get(saleId);
  if (!sale) return { lane, answer: { kind: 'sale-not-found' }, entries: [] };
  if (how.to !== 'close' && isClosed(sale, lane.now)) {
    return { lane, answer: { kind: 'sale-closed' }, entries: [] };
  }
  const wanted = how.to === 'pause' ? how.reason : null;
  const same = how.to === 'close' ? sale.closed : sale.pausedFor === wanted;
  if (same) return { lane, answer: { kind: 'unchanged', feedNumber: lane.feed }, entries: [] };
  if (how.to === 'close') sale.closed = true;
  else sale.pausedFor = wanted;
  draft.append(KINDS[how.to], sale);
  const answer = { kind: 'ok', feedNumber: draft.lane.feed } as const;
  return { lane: draft.lane, answer, entries: draft.entries };
}
