import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { VERSION } from '../core/version.js';
import { DecisionMetrics } from './metrics/decision-metrics.js';
import { type LaneSources, measureLanes } from './metrics/lane-metrics.js';
import { measureOverload, type OverloadSources } from './metrics/overload-metrics.js';
import { measureResults, type ResultSources } from './metrics/result-metrics.js';
import { measureSales, type SaleSources } from './metrics/sale-metrics.js';
import { TrafficMetrics, type TrafficSources } from './metrics/traffic-metrics.js';

export type MetricSources = LaneSources &
  OverloadSources &
  ResultSources &
  SaleSources &
  TrafficSources;

/** How often the event loop's delay is looked at; the default of 10 ms is a hundred timers a second. */
const EVENT_LOOP_LOOK_MS = 50;

/**
 * What `/metrics` shows of a gateway; docs/metrics.md says what to make of it. No label holds a
 * buyer, a token, a sale or a client's own words: their number would have no bound.
 */
export class Metrics {
  readonly registry = new Registry();
  readonly traffic: TrafficMetrics;
  readonly decisions: DecisionMetrics;
  readonly #lostTickets: Counter;

  constructor(sources: MetricSources) {
    const registers = [this.registry];
    const eventLoopMonitoringPrecision = EVENT_LOOP_LOOK_MS;
    collectDefaultMetrics({
      register: this.registry,
      prefix: 'dropgate_',
      eventLoopMonitoringPrecision,
    });
    new Gauge({
      name: 'dropgate_build_info',
      help: 'Always 1; the labels say which release runs.',
      labelNames: ['version', 'node'],
      registers,
    }).set({ version: VERSION, node: process.version }, 1);
    this.traffic = new TrafficMetrics(sources, registers);
    this.decisions = new DecisionMetrics(registers);
    this.#lostTickets = new Counter({
      name: 'dropgate_lost_tickets_total',
      help: 'Tickets that this gateway knew of and that were lost with the data of Redis.',
      registers,
    });
    measureLanes(sources, registers);
    measureResults(sources, this.registry);
    measureSales(sources, registers);
    measureOverload(sources, registers);
  }

  lostTickets(tickets: number): void {
    this.#lostTickets.inc(tickets);
  }
}
