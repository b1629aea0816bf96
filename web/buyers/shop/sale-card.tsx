import type { Sale } from '../../client/index.js';
import { count, money, timer } from '../../ui/format.js';
import { t } from '../texts.js';

/** Closing is counted down on the last day only. */
const DAY_MS = 86_400_000;

/** `now` is server time in milliseconds. */
export function SaleCard({ sale, now }: { readonly sale: Sale; readonly now: number }) {
  const { available, total } = sale.stock;
  return (
    <li class="card">
      <a class="card-link" href={`/sales/${encodeURIComponent(sale.id)}`}>
        <span class="badge" data-state={sale.state}>
          {t(`sale.state.${sale.state}`)}
        </span>
        <h2 class="card-title">{sale.title}</h2>
        <p class="quiet">{sale.product.name}</p>
        <p class="price">{money(sale.product.price, sale.product.currency)}</p>
        <progress
          class="bar"
          aria-label={t('fact.stockBar')}
          max={Math.max(1, total)}
          value={available}
        />
        <p class="units">{t('shop.left', { available: count(available), total: count(total) })}</p>
        <p class="countdown">{countdown(sale, now)}</p>
      </a>
    </li>
  );
}

function countdown(sale: Sale, now: number): string {
  if (sale.state === 'scheduled' && sale.opensAt) {
    const left = Date.parse(sale.opensAt) - now;
    return left > 0 ? `${t('shop.opensIn')} ${timer(left)}` : t('sale.state.open');
  }
  if (sale.state !== 'open' || sale.closesAt === null) return '';
  const left = Date.parse(sale.closesAt) - now;
  return left > 0 && left < DAY_MS ? `${t('shop.closesIn')} ${timer(left)}` : '';
}
