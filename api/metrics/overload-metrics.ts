import { Counter, Gauge, type Registry } from 'prom-client';
import type { Overload } from '../overload/overload.js';

export interface OverloadSources {
  readonly sockets: () => number;
  readonly maxSockets: number;
  /** Sockets that were cut, by what they did. */
  readonly cutSockets: Readonly<Record<string, number>>;
  readonly overload: Overload;
}

/**
 * What shows whether this gateway keeps up. Counted as bare numbers at the doors, and put into words
 * only when somebody asks.
 */
export function measureOverload(sources: OverloadSources, registers: Registry[]): void {
  const { overload, cutSockets } = sources;
  new Gauge({
    name: 'dropgate_sockets',
    help: 'Socket.IO clients that are connected to this gateway.',
    registers,
    collect() {
      this.set(sources.sockets());
    },
  });
  new Gauge({
    name: 'dropgate_sockets_max',
    help: 'Sockets that this gateway takes at most (MAX_SOCKETS).',
    registers,
  }).set(sources.maxSockets);
  new Counter({
    name: 'dropgate_sockets_cut_total',
    help: 'Sockets that were cut because they sent too fast or did not read what they were told.',
    labelNames: ['reason'],
    registers,
    collect() {
      this.reset();
      for (const [reason, count] of Object.entries(cutSockets)) this.inc({ reason }, count);
    },
  });
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
