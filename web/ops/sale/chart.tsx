import { useEffect, useRef } from 'preact/hooks';
import type { SaleSample } from '../../../core/contract.js';
import { clockTime } from '../../ui/format.js';
import { useLanguage } from '../../ui/language.js';
import { t } from '../texts.js';
import { byMinute, type Columns, columnsOf, rangeOf } from './chart-data.js';
import type { ChartPlan } from './charts.js';
import { LineChart } from './line-chart.js';

interface ChartProps {
  readonly plan: ChartPlan;
  readonly samples: readonly SaleSample[];
  /** Milliseconds since the epoch. */
  readonly from: number;
  readonly to: number;
}

/** One chart; what it shows can be read as words and as a table, too. */
export function Chart({ plan, samples, from, to }: ChartProps) {
  const picks = plan.lines.map(({ pick }) => pick);
  const columns = columnsOf(samples, picks, from);
  return (
    <figure class="chart" data-chart={plan.title}>
      <figcaption>
        <h3>{t(plan.title)}</h3>
        <Key plan={plan} columns={columns} />
      </figcaption>
      <Canvas plan={plan} columns={columns} from={from} to={to} />
      <details>
        <summary>
          {t('chart.table')}
          <span class="unseen">: {t(plan.title)}</span>
        </summary>
        <Table plan={plan} samples={byMinute(samples, from)} />
      </details>
    </figure>
  );
}

/** Each line with its colour, its newest value and how far it went. */
function Key({ plan, columns }: { readonly plan: ChartPlan; readonly columns: Columns }) {
  return (
    <ul class="key">
      {plan.lines.map(({ label, part }, i) => {
        const line = (columns[i + 1] ?? []) as (number | null)[];
        const range = rangeOf(line);
        const newest = line.at(-1) ?? null;
        return (
          <li key={label} data-line={i} data-part={part}>
            {t(label)} <strong>{newest === null ? '–' : plan.format(newest)}</strong>{' '}
            {range && <span class="quiet">{spanWords(range, plan)}</span>}
          </li>
        );
      })}
    </ul>
  );
}

function spanWords({ low, high }: { low: number; high: number }, { format }: ChartPlan): string {
  return t('chart.span', { low: format(low), high: format(high) });
}

interface CanvasProps extends Omit<ChartProps, 'samples'> {
  readonly columns: Columns;
}

function Canvas({ plan, columns, from, to }: CanvasProps) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<LineChart | null>(null);
  const language = useLanguage();
  useEffect(() => {
    if (!place.current) return;
    const made = new LineChart(place.current, plan);
    chart.current = made;
    return () => made.destroy();
  }, [plan, language]);
  useEffect(() => chart.current?.show(columns, from, to));
  return <div ref={place} class="canvas" aria-hidden="true" />;
}

function Table({ plan, samples }: Pick<ChartProps, 'plan'> & Pick<ChartProps, 'samples'>) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard
    <section class="scroll short" tabIndex={0} aria-label={`${t('chart.title')}: ${t(plan.title)}`}>
      <table>
        <thead>
          <tr>
            <th scope="col">{t('chart.time')}</th>
            {plan.lines.map(({ label }) => (
              <th key={label} scope="col" class="number">
                {t(label)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {samples.map((sample) => (
            <tr key={sample.at}>
              <th scope="row">{clockTime(sample.at)}</th>
              {plan.lines.map(({ label, pick }) => {
                const value = pick(sample);
                return (
                  <td key={label} class="number">
                    {value === null ? '–' : plan.format(value)}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
