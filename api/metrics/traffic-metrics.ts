import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { RequestTimes } from './request-times.js';

/** One batch of attempts, as its lane's intake has sent it. */
export interface BatchSent {
  readonly lane: number;
  readonly size: number;
  readonly seconds: number;
  /** Whether Redis took it. */
  readonly result: string;
}

export interface TrafficSources {
  readonly intake: () => readonly { lane: number; depth: number }[];
}

const BATCH_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

const BATCH_SIZES = [1, 5, 20, 50, 100, 200, 350, 500];

/** What comes in: requests at the HTTP door, attempts at both, batches on their way to Redis. */
export class TrafficMetrics {
  readonly requests: RequestTimes;
  readonly #sizes: Histogram<'lane'>;
  readonly #durations: Histogram<'lane' | 'result'>;
  /** By door and result, since the counter was last read: its own look-up takes longer. */
  readonly #attempted = { http: new Map<string, number>(), socket: new Map<string, number>() };

  constructor({ intake }: TrafficSources, registers: Registry[]) {
    const attempted = this.#attempted;
    new Counter({
      name: 'dropgate_attempts_total',
      help: 'Purchase attempts answered, by door and by result.',
      labelNames: ['door', 'result'],
      registers,
      collect() {
        for (const [door, results] of Object.entries(attempted)) {
          for (const [result, count] of results) this.inc({ door, result }, count);
          results.clear();
        }
      },
    });
    this.requests = new RequestTimes(registers);
    new Gauge({
      name: 'dropgate_intake_depth',
      help: 'Attempts that wait for their batch, by lane.',
      labelNames: ['lane'],
      registers,
      collect() {
        for (const { lane, depth } of intake()) this.set({ lane }, depth);
      },
    });
    this.#sizes = new Histogram({
      name: 'dropgate_intake_batch_size',
      help: 'Attempts that left together for Redis.',
      labelNames: ['lane'],
      buckets: BATCH_SIZES,
      registers,
    });
    this.#durations = new Histogram({
      name: 'dropgate_intake_batch_duration_seconds',
      help: 'From the sending of a batch to the answer of Redis, with all repetitions.',
      labelNames: ['lane', 'result'],
      buckets: BATCH_SECONDS,
      registers,
    });
  }

  /** Counts an attempt that was answered: with its state, or with the code of a problem. */
  attempted(door: 'http' | 'socket', result: string): void {
    const results = this.#attempted[door];
    results.set(result, (results.get(result) ?? 0) + 1);
  }

  onBatch({ lane, size, seconds, result }: BatchSent): void {
    this.#sizes.observe({ lane }, size);
    this.#durations.observe({ lane, result }, seconds);
  }
}
