import type { Client } from './client.js';

export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Scrape {
  /** By name: `counter`, `gauge` or `histogram`. */
  readonly types: ReadonlyMap<string, string>;
  readonly samples: readonly Sample[];
  /** All samples of a name whose labels are these, added up. */
  sum(name: string, labels?: Readonly<Record<string, string>>): number;
}

/** Reads a gateway's `/metrics` as Prometheus would. */
export async function scrape(client: Client): Promise<Scrape> {
  const { body } = await client.get('/metrics');
  const lines = String(body).split('\n');
  const types = new Map(
    lines
      .filter((line) => line.startsWith('# TYPE '))
      .map((line) => line.split(' ').slice(2) as [string, string]),
  );
  const samples = lines.filter((line) => line !== '' && !line.startsWith('#')).map(sampleOf);
  return {
    types,
    samples,
    sum(name, labels = {}) {
      const wanted = Object.entries(labels);
      return samples
        .filter((sample) => sample.name === name)
        .filter((sample) => wanted.every(([key, value]) => sample.labels[key] === value))
        .reduce((sum, { value }) => sum + value, 0);
    },
  };
}

function sampleOf(line: string): Sample {
  const [, name = '', labels = '', value = ''] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
  const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)];
  const named = pairs.map(([, key, text]) => [key as string, text as string] as const);
  return { name, labels: Object.fromEntries(named), value: Number(value) };
}

/** The metric behind a sample: a histogram has several names. */
export function metricOf(sample: string, types: ReadonlyMap<string, string>): string {
  const base = sample.replace(/_(?:bucket|sum|count)$/, '');
  return types.get(base) === 'histogram' ? base : sample;
}
