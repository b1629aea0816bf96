import { useState } from 'preact/hooks';
import type { SaleFigures, SaleSample } from '../../../core/contract.js';
import { count } from '../../ui/format.js';
import { duration, percent, rate } from '../format.js';
import { type OpsKey, t } from '../texts.js';
import { Chart } from './chart.js';
import type { Pick } from './chart-data.js';

export interface ChartLine {
  readonly label: OpsKey;
  readonly pick: Pick;
  /** Drawn in the colour that this part has in the bar. */
  readonly part?: 'sold' | 'held' | 'available';
}

export interface ChartPlan {
  readonly title: OpsKey;
  readonly format: (value: number) => string;
  /** The chart reaches at least so far: next to nothing shall not look like much. */
  readonly least: number;
  readonly lines: readonly ChartLine[];
}

const PLANS: readonly ChartPlan[] = [
  {
    title: 'chart.stock',
    format: count,
    least: 4,
    lines: [
      { label: 'stock.sold', part: 'sold', pick: ({ sold }) => sold },
      { label: 'stock.held', part: 'held', pick: ({ held }) => held },
      { label: 'stock.available', part: 'available', pick: ({ available }) => available },
    ],
  },
  {
    title: 'chart.line',
    format: count,
    least: 4,
    lines: [
      { label: 'now.waiting', pick: ({ waiting }) => waiting },
      { label: 'now.standby', pick: ({ standby }) => standby },
    ],
  },
  {
    title: 'chart.rate',
    format: rate,
    least: 1,
    lines: [{ label: 'now.rate', pick: ({ decidedPerSecond }) => decidedPerSecond }],
  },
  {
    title: 'chart.result',
    format: duration,
    least: 100,
    lines: [
      { label: 'chart.p50', pick: ({ resultMs }) => resultMs?.p50 ?? null },
      { label: 'chart.p95', pick: ({ resultMs }) => resultMs?.p95 ?? null },
      { label: 'chart.p99', pick: ({ resultMs }) => resultMs?.p99 ?? null },
    ],
  },
  {
    title: 'chart.sockets',
    format: count,
    least: 4,
    lines: [
      { label: 'now.watchers', pick: ({ watchers }) => watchers },
      { label: 'chart.allSockets', pick: ({ sockets }) => sockets },
    ],
  },
  {
    title: 'chart.shed',
    format: percent,
    least: 0.1,
    lines: [{ label: 'now.shed', pick: ({ shedShare }) => shedShare }],
  },
  {
    title: 'chart.lag',
    format: count,
    least: 10,
    lines: [{ label: 'now.lag', pick: ({ ledgerLag }) => ledgerLag }],
  },
  {
    title: 'chart.delay',
    format: duration,
    least: 20,
    lines: [{ label: 'now.delay', pick: ({ loopDelayMs }) => loopDelayMs }],
  },
];

const SHORTEST_MS = 5 * 60_000;

const RANGES = [5, 15, 60] as const;

/** The figures over time: the last hour, also right after a reload. */
export function Charts({ figures: { samples, now } }: { readonly figures: SaleFigures }) {
  const [minutes, show] = useState<(typeof RANGES)[number]>(60);
  const to = Date.parse(now.at);
  const first = Date.parse(samples[0]?.at ?? now.at);
  // A young sale does not stand in the corner of an empty hour.
  const from = Math.max(to - minutes * 60_000, Math.min(first, to - SHORTEST_MS));
  const all: SaleSample[] = [...samples, now];
  return (
    <section aria-labelledby="charts-head">
      <div class="head">
        <h2 id="charts-head">{t('chart.title')}</h2>
        <fieldset class="ranges" aria-label={t('chart.range')}>
          {RANGES.map((range) => (
            <button
              key={range}
              type="button"
              class="range"
              aria-pressed={range === minutes}
              onClick={() => show(range)}
            >
              {t(`chart.range.${range}`)}
            </button>
          ))}
        </fieldset>
      </div>
      <div class="charts">
        {PLANS.map((plan) => (
          <Chart key={plan.title} plan={plan} samples={all} from={from} to={to} />
        ))}
      </div>
    </section>
  );
}
