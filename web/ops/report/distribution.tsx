import type { Distribution } from '../../../core/contract.js';
import { count } from '../../ui/format.js';
import { duration, percent } from '../format.js';
import { t } from '../texts.js';
import { BarTable } from './bar-table.js';

const POINTS = ['p50', 'p95', 'p99', 'max'] as const;

interface PartProps {
  readonly name: 'waiting' | 'confirming';
  readonly distribution: Distribution;
}

/** How long something took, for how many. */
export function DistributionPart({ name, distribution }: PartProps) {
  return (
    <section aria-labelledby={`${name}-head`} data-distribution={name}>
      <h2 id={`${name}-head`}>{t(`report.${name}`)}</h2>
      <p class="quiet">{t(`report.${name}.what`, { n: count(distribution.count) })}</p>
      {distribution.count > 0 && (
        <>
          <dl class="times">
            {POINTS.map((point) => (
              <div key={point}>
                <dt>{t(`report.${point}`)}</dt>
                <dd>{distribution[point] === null ? '–' : duration(distribution[point])}</dd>
              </div>
            ))}
          </dl>
          <BarTable
            label={t('report.upTo')}
            count={t('report.attemptsHead')}
            rows={rowsOf(distribution)}
          />
        </>
      )}
    </section>
  );
}

/** From the first step that anybody is in to the last. */
function rowsOf({ buckets, count: all }: Distribution) {
  const first = buckets.findIndex(({ count: n }) => n > 0);
  const last = buckets.findLastIndex(({ count: n }) => n > 0);
  return buckets.slice(first, last + 1).map(({ upToMs, count: n }) => ({
    key: String(upToMs),
    label: upToMs === null ? t('report.longer') : duration(upToMs),
    value: n,
    note: percent(n / all, 1),
  }));
}
