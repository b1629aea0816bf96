import type { SaleFigures } from '../../../core/contract.js';
import { mountPage } from '../../ui/page.js';
import * as api from '../api.js';
import { Frame, LinkState } from '../parts/frame.js';
import { LaneNotices } from '../parts/lane-notices.js';
import { StateBadge } from '../parts/state-badge.js';
import { StockBar, StockLegend } from '../parts/stock-bar.js';
import { When } from '../parts/when.js';
import { t } from '../texts.js';
import { TrailOf } from '../trail/trail-list.js';
import { type Polled, usePolled } from '../use-polled.js';
import { SaleActions } from './actions.js';
import { AttemptSearch } from './attempt-search.js';
import { Audit } from './audit.js';
import { Charts } from './charts.js';
import { SaleNotices } from './notices.js';
import { ShareLink } from './share-link.js';
import { Tiles } from './tiles.js';

const EVERY_MS = 2_000;

const saleId = decodeURIComponent(location.pathname.split('/')[3] ?? '');

function SalePage() {
  const polled = usePolled<SaleFigures>((known) => api.figures(saleId, known), EVERY_MS, saleId);
  const { value, trouble } = polled;
  const unknown = trouble !== null && trouble !== 'unreachable' && trouble.status === 404;
  if (unknown) return <NoSuchSale />;
  return (
    <Frame title={value?.sale.title ?? t('sale.sale')}>
      {value ? <Head figures={value} /> : <h1>{t('sale.sale')}</h1>}
      {value || trouble ? <LinkState polled={polled} /> : <p class="quiet">{t('link.loading')}</p>}
      {value && <Live figures={value} polled={polled} />}
    </Frame>
  );
}

function NoSuchSale() {
  return (
    <Frame title={t('sale.none')}>
      <h1>{t('sale.none')}</h1>
      <p>
        <a href="/ops">{t('overview.title')}</a>
      </p>
    </Frame>
  );
}

function Head({ figures: { sale } }: { readonly figures: SaleFigures }) {
  const { opensAt, closesAt } = sale;
  return (
    <header class="sale-head">
      <p>
        <StateBadge state={sale.state} /> <span class="quiet">{sale.product.name}</span>
      </p>
      <h1>{sale.title}</h1>
      <p class="quiet">
        {t('sale.opens')}: {opensAt ? <When at={opensAt} /> : t('sale.atOnce')}
        {' · '}
        {t('sale.closes')}: {closesAt ? <When at={closesAt} /> : t('sale.never')}
      </p>
      <p class="links">
        <a href={`/ops/sales/${encodeURIComponent(sale.id)}/report`}>{t('sale.report')}</a>
        <a href={`/sales/${encodeURIComponent(sale.id)}`}>{t('sale.buyersPage')}</a>
      </p>
    </header>
  );
}

interface LiveProps {
  readonly figures: SaleFigures;
  readonly polled: Polled<SaleFigures>;
}

function Live({ figures, polled }: LiveProps) {
  const { sale, lane } = figures;
  return (
    <>
      <LaneNotices lanes={[lane]} />
      <SaleNotices figures={figures} />
      <section class="panel" aria-labelledby="stock-head">
        <h2 id="stock-head">{t('stock.title')}</h2>
        <StockBar stock={sale.stock} />
        <StockLegend stock={sale.stock} />
      </section>
      <SaleActions figures={figures} onDone={polled.again} />
      <Tiles figures={figures} />
      <Charts figures={figures} />
      <AttemptSearch saleId={sale.id} />
      <Audit saleId={sale.id} />
      <ShareLink saleId={sale.id} />
      <section aria-labelledby="trail-head">
        <h2 id="trail-head">{t('trail.ofSale')}</h2>
        <TrailOf objectId={sale.id} />
      </section>
    </>
  );
}

mountPage(SalePage);
