import { Counter, collectDefaultMetrics, Gauge, type Metric, Registry } from 'prom-client';
import type { ResultSeconds } from './insight/result-times.js';
import type { Overload } from './overload/overload.js';

/** What `/metrics` shows of a gateway. No label holds a buyer, a token or a sale's free text. */
export class Metrics {
  readonly registry = new Registry();
  readonly attempts: Counter<'door' | 'result'>;
  readonly #lostTickets: Counter;

  constructor(sources: {
    readonly sockets: () => number;
    readonly intake: () => readonly { lane: number; depth: number }[];
    readonly lanes: () => readonly { lane: number; open: boolean; clockStopped: boolean }[];
    readonly overload: Overload;
    readonly results: { readonly seconds: ResultSeconds };
    /** Sockets that were cut, by what they did. */
    readonly cutSockets: Readonly<Record<string, number>>;
  }) {
    const registers = [this.registry];
    collectDefaultMetrics({ register: this.registry, prefix: 'dropgate_' });
    this.attempts = new Counter({
      name: 'dropgate_attempts_total',
      help: 'Purchase attempts answered, by door and by result.',
      labelNames: ['door', 'result'],
      registers,
    });
    new Gauge({
      name: 'dropgate_sockets',
      help: 'Socket.IO clients that are connected to this gateway.',
      registers,
      collect() {
        this.set(sources.sockets());
      },
    });
    new Gauge({
      name: 'dropgate_intake_depth',
      help: 'Attempts that wait for their batch, by lane.',
      labelNames: ['lane'],
      registers,
      collect() {
        for (const { lane, depth } of sources.intake()) this.set({ lane }, depth);
      },
    });
    new Gauge({
      name: 'dropgate_lane_open',
      help: '1 while this gateway may take attempts for the lane.',
      labelNames: ['lane'],
      registers,
      collect() {
        for (const { lane, open } of sources.lanes()) this.set({ lane }, open ? 1 : 0);
      },
    });
    new Gauge({
      name: 'dropgate_lane_clock_stopped',
      help: '1 while the time of Redis is in doubt: nothing opens, closes or expires in the lane.',
      labelNames: ['lane'],
      registers,
      collect() {
        for (const { lane, clockStopped } of sources.lanes()) {
          this.set({ lane }, clockStopped ? 1 : 0);
        }
      },
    });
    this.#lostTickets = new Counter({
      name: 'dropgate_lost_tickets_total',
      help: 'Tickets that this gateway knew of and that were lost with the data of Redis.',
      registers,
    });
    measureOverload(sources.overload, registers);
    measureResults(sources.results, this.registry);
    new Counter({
      name: 'dropgate_sockets_cut_total',
      help: 'Sockets that were cut because they sent too fast or did not read what they were told.',
      labelNames: ['reason'],
      registers,
      collect() {
        this.reset();
        for (const [reason, count] of Object.entries(sources.cutSockets)) {
          this.inc({ reason }, count);
        }
      },
    });
  }

  lostTickets(tickets: number): void {
    this.#lostTickets.inc(tickets);
  }
}

/** Counted as bare numbers at the doors, and put into words only when somebody asks. */
function measureOverload(overload: Overload, registers: Registry[]): void {
  new Counter({
    name: 'dropgate_shed_total',
    help: 'Requests, messages and handshakes refused because the gateway had too much to do.',
    labelNames: ['door'],
    registers,
    collect() {
      this.reset();
      for (const [door, count] of Object.entries(overload.refused)) this.inc({ door }, count);
    },
  });
  new Gauge({
    name: 'dropgate_shed_share',
    help: 'Share of requests that is refused now, from 0 to 0.99.',
    registers,
    collect() {
      this.set(overload.share);
    },
  });
  new Gauge({
    name: 'dropgate_event_loop_delay_seconds',
    help: 'Event-loop delay that stands: the least of the last second.',
    registers,
    collect() {
      this.set(overload.standingDelay / 1_000);
    },
  });
}

/** Counted by batch, with a weight: prom-client's own histogram takes one observation at a time. */
function measureResults(results: { readonly seconds: ResultSeconds }, registry: Registry): void {
  const name = 'dropgate_result_seconds';
  const help = 'From the arrival of an attempt to the arrival of its decision at this gateway.';
  const get = async () => {
    const { buckets, count, sum } = results.seconds;
    const of = (part: string, value: number, labels: Record<string, string | number> = {}) => ({
      metricName: `${name}_${part}`,
      value,
      labels,
    });
    const ends = [...buckets, { le: '+Inf', count }];
    const values = ends.map((bucket) => of('bucket', bucket.count, { le: bucket.le }));
    return {
      name,
      help,
      type: 'histogram',
      aggregator: 'sum',
      values: [...values, of('sum', sum), of('count', count)],
    };
  };
  registry.registerMetric({ name, get } as unknown as Metric);
}
