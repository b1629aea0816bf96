import type { Sale } from '../../../core/contract.js';
import { count } from '../../ui/format.js';
import { rate } from '../format.js';
import { StateBadge } from '../parts/state-badge.js';
import { StockBar } from '../parts/stock-bar.js';
import { When } from '../parts/when.js';
import { t } from '../texts.js';

const NUMBERS = ['available', 'held', 'sold'] as const;

/** All sales at a glance; each leads to its own page. */
export function SaleTable({ sales }: { readonly sales: readonly Sale[] }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard
    <section class="scroll" tabIndex={0} aria-labelledby="sales-head">
      <table class="sales">
        <thead>
          <tr>
            <th scope="col">{t('sale.sale')}</th>
            <th scope="col">{t('sale.state')}</th>
            {NUMBERS.map((name) => (
              <th key={name} scope="col" class="number">
                {t(`stock.${name}`)}
              </th>
            ))}
            <th scope="col" class="number">
              {t('stock.total')}
            </th>
            <th scope="col" class="number">
              {t('sale.waiting')}
            </th>
            <th scope="col" class="number">
              {t('sale.rate')}
            </th>
            <th scope="col">{t('sale.opens')}</th>
          </tr>
        </thead>
        <tbody id="sale-rows">
          {sales.map((sale) => (
            <SaleRow key={sale.id} sale={sale} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function SaleRow({ sale }: { readonly sale: Sale }) {
  const { stock, line } = sale;
  return (
    <tr>
      <th scope="row">
        <a href={`/ops/sales/${encodeURIComponent(sale.id)}`}>{sale.title}</a>
        <span class="quiet product">{sale.product.name}</span>
        <StockBar stock={stock} />
      </th>
      <td>
        <StateBadge state={sale.state} />
      </td>
      {[...NUMBERS, 'total' as const].map((name) => (
        <td key={name} class="number">
          {count(stock[name])}
        </td>
      ))}
      <td class="number">{count(line.entered - line.decided)}</td>
      <td class="number">{rate(line.perSecond)}</td>
      <td>{sale.opensAt ? <When at={sale.opensAt} /> : t('sale.atOnce')}</td>
    </tr>
  );
}
