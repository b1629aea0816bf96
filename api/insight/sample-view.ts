import { timestampOf } from '../../core/clock.js';
import type { SaleSample } from '../../core/contract.js';
import { Durations } from '../../core/domain/durations.js';
import type { GatewaySample, SalePart, SampleRow } from '../../core/stores/samples.js';
import { SLOT_MS } from './sampler.js';

/** What all gateways know of a sale at one moment. */
export interface Moment {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly gateways: readonly GatewaySample[];
  readonly parts: readonly SalePart[];
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, one) => all + one, 0);
}

function resultsOf(parts: readonly SalePart[]): SaleSample['resultMs'] {
  const all = new Durations();
  for (const { results } of parts) if (results) all.merge(results);
  const [p50, p95, p99] = [0.5, 0.95, 0.99].map((share) => all.percentile(share) ?? 0);
  if (all.count === 0) return null;
  return { p50: p50 as number, p95: p95 as number, p99: p99 as number, count: all.count };
}

/** The part that knows the sale best: feed numbers are the same on every gateway. */
function newest(parts: readonly SalePart[]): SalePart | null {
  return parts.reduce<SalePart | null>(
    (best, part) => (best && best.number >= part.number ? best : part),
    null,
  );
}

/** One sample over all gateways, with the counts of `known`. */
export function sampleView(
  { at, gateways, parts }: Moment,
  known: SalePart,
  lane: number,
  decidedPerSecond: number,
): SaleSample {
  const { total, available, held, sold, entered, waiting, standby } = known.counts;
  const lags = gateways.map(({ lags: all }) => all.find(([of]) => of === lane)?.[1] ?? 0);
  return {
    at: timestampOf(at),
    ...{ total, available, held, sold, entered, waiting, standby },
    decidedPerSecond,
    resultMs: resultsOf(parts),
    sockets: sum(gateways.map(({ sockets }) => sockets)),
    watchers: sum(parts.map(({ watchers }) => watchers)),
    shedShare: Math.max(0, ...gateways.map(({ shedShare }) => shedShare)),
    refused: sum(gateways.map(({ refused }) => refused)),
    loopDelayMs: Math.max(0, ...gateways.map(({ loopDelayMs }) => loopDelayMs)),
    ledgerLag: Math.max(0, ...lags),
  };
}

function bySlot<T>(rows: readonly SampleRow<T>[]): Map<number, T[]> {
  const slots = new Map<number, T[]>();
  for (const { slot, figures } of rows) slots.set(slot, [...(slots.get(slot) ?? []), figures]);
  return slots;
}

/**
 * The samples of a sale after `after` and up to `upTo`, one for each slot in which a gateway ran. A sale in which
 * nothing happened has no rows of its own: then it was as it had been.
 */
export function samplesView(
  gateways: readonly SampleRow<GatewaySample>[],
  parts: readonly SampleRow<SalePart>[],
  lane: number,
  { after, upTo }: { readonly after: number; readonly upTo: number },
): SaleSample[] {
  const running = bySlot(gateways);
  const changes = bySlot(parts);
  const slots = [...new Set([...running.keys(), ...changes.keys()])].sort((a, b) => a - b);
  const samples: SaleSample[] = [];
  let known: SalePart | null = null;
  let servingBefore: number | null = null;
  for (const at of slots) {
    const here = changes.get(at) ?? [];
    known = newest(known ? [known, ...here] : here);
    if (!known) continue;
    const { serving } = known.counts;
    const perSecond = ((serving - (servingBefore ?? serving)) * 1_000) / SLOT_MS;
    servingBefore = serving;
    if (at <= after || at > upTo) continue;
    const moment = { at, gateways: running.get(at) ?? [], parts: here };
    samples.push(sampleView(moment, known, lane, Math.max(0, perSecond)));
  }
  return samples;
}
