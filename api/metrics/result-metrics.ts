import type { Metric, Registry } from 'prom-client';
import type { ResultSeconds } from '../insight/result-times.js';

export interface ResultSources {
  readonly results: { readonly seconds: ResultSeconds };
}

/** Counted by batch, with a weight: prom-client's own histogram takes one observation at a time. */
export function measureResults({ results }: ResultSources, registry: Registry): void {
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
