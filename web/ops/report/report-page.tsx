import type { SaleReport } from '../../../core/contract.js';
import { ATTEMPT_STATES } from '../../../core/domain/attempt.js';
import { count, money } from '../../ui/format.js';
import { mountPage } from '../../ui/page.js';
import * as api from '../api.js';
import { duration, percent } from '../format.js';
import { Frame, LinkState } from '../parts/frame.js';
import { StateBadge } from '../parts/state-badge.js';
import { StockBar, StockLegend } from '../parts/stock-bar.js';
import { When } from '../parts/when.js';
import { t } from '../texts.js';
import { usePolled } from '../use-polled.js';
import { BarTable } from './bar-table.js';
import { DistributionPart } from './distribution.js';

/** A report reads every attempt of its sale. */
const EVERY_MS = 15_000;

const saleId = decodeURIComponent(location.pathname.split('/')[3] ?? '');

function ReportPage() {
  const polled = usePolled(() => api.report(saleId), EVERY_MS, saleId);
  const { value, trouble } = polled;
  const title = value ? t('report.of', { title: value.title }) : t('report.title');
  return (
    <Frame title={title}>
      <h1>{title}</h1>
      {(trouble || value) && <LinkState polled={polled} />}
      {!trouble && !value && <p class="quiet">{t('report.making')}</p>}
      {value && <Report report={value} />}
    </Frame>
  );
}

function Report({ report }: { readonly report: SaleReport }) {
  const path = `/ops/sales/${encodeURIComponent(report.saleId)}`;
  return (
    <>
      <p>
        <StateBadge state={report.state} /> <span class="quiet">{report.productName}</span>
      </p>
      <p class={report.complete ? 'done' : 'notice'} data-complete={report.complete}>
        {t(report.complete ? 'report.complete' : 'report.interim')}
      </p>
      <p class="links">
        <a href={path}>{t('report.live')}</a>
        <a href={`${api.opsSalePath(report.saleId)}/report.csv`} download>
          {t('report.csv')}
        </a>
        <button type="button" class="plain" onClick={() => print()}>
          {t('report.print')}
        </button>
      </p>
      <Summary report={report} />
      <section class="panel" aria-labelledby="stock-head">
        <h2 id="stock-head">{t('stock.title')}</h2>
        <StockBar stock={report.stock} />
        <StockLegend stock={report.stock} />
      </section>
      <DistributionPart name="waiting" distribution={report.waiting} />
      <DropOff report={report} />
      <DistributionPart name="confirming" distribution={report.confirming} />
      <Ends report={report} />
    </>
  );
}

function Summary({ report }: { readonly report: SaleReport }) {
  const { attempts, buyers, standby } = report;
  const tiles: [name: string, label: string, value: string, note: string][] = [
    ['sellThrough', t('report.sellThrough'), percent(report.sellThrough, 1), soldOutWords(report)],
    ['revenue', t('report.revenue'), money(report.revenue, report.currency), ''],
    ['buyers', t('report.buyers'), count(buyers), t('report.attempts', { n: count(attempts.all) })],
    ['promise', t('report.promise'), keptShare(report), promiseWords(report)],
    [
      'standby',
      t('report.standby'),
      count(standby.entered),
      t('report.standby.more', { held: count(standby.held), missed: count(standby.missed) }),
    ],
  ];
  return (
    <>
      <dl class="tiles">
        {tiles.map(([name, label, value, note]) => (
          <div key={name} class="tile" data-figure={name}>
            <dt>{label}</dt>
            <dd class="value">{value}</dd>
            {note && <dd class="quiet note">{note}</dd>}
          </div>
        ))}
      </dl>
      <Times report={report} />
    </>
  );
}

function Times({ report }: { readonly report: SaleReport }) {
  const names = ['openedAt', 'firstEnteredAt', 'soldOutAt', 'lastChangedAt'] as const;
  return (
    <dl class="times">
      {names.map((name) => {
        const at = report[name];
        return (
          <div key={name}>
            <dt>{t(`report.${name}`)}</dt>
            <dd>{at ? <When at={at} /> : '–'}</dd>
          </div>
        );
      })}
    </dl>
  );
}

/** How long it took from opening until the last unit was given out. */
function soldOutWords({ openedAt, soldOutAt, stock }: SaleReport): string {
  const units = t('report.units', { sold: count(stock.sold), total: count(stock.total) });
  if (!openedAt || !soldOutAt) return units;
  const took = Date.parse(soldOutAt) - Date.parse(openedAt);
  return `${units} · ${t('report.goneIn', { time: duration(Math.max(0, took)) })}`;
}

function keptShare({ promise: { made, kept } }: SaleReport): string {
  return made === 0 ? '–' : percent(kept / made, 1);
}

function promiseWords({ promise: { made, kept, unknown } }: SaleReport): string {
  const values = { made: count(made), kept: count(kept), unknown: count(unknown) };
  return t(made === 0 ? 'report.promise.none' : 'report.promise.more', values);
}

function DropOff({ report }: { readonly report: SaleReport }) {
  const all = report.dropOff[0]?.attempts ?? 0;
  const rows = report.dropOff.map(({ step, attempts, units }) => ({
    key: step,
    label: t(`report.step.${step}`),
    value: attempts,
    note: t('report.step.more', {
      share: all === 0 ? '–' : percent(attempts / all, 1),
      units: count(units),
    }),
  }));
  return (
    <section aria-labelledby="drop-off-head">
      <h2 id="drop-off-head">{t('report.dropOff')}</h2>
      <p class="quiet">{t('report.dropOff.what')}</p>
      <BarTable label={t('report.step')} count={t('report.attemptsHead')} rows={rows} />
    </section>
  );
}

function Ends({ report: { attempts } }: { readonly report: SaleReport }) {
  const rows = ATTEMPT_STATES.map((state) => ({
    key: state,
    label: t(`attempt.state.${state}`),
    value: attempts[state],
    note: attempts.all === 0 ? '–' : percent(attempts[state] / attempts.all, 1),
  }));
  return (
    <section aria-labelledby="ends-head">
      <h2 id="ends-head">{t('report.ends')}</h2>
      <BarTable label={t('sale.state')} count={t('report.attemptsHead')} rows={rows} />
    </section>
  );
}

mountPage(ReportPage);
