import { count } from '../../ui/format.js';
import { percent } from '../format.js';
import { t } from '../texts.js';

interface Stock {
  readonly total: number;
  readonly available: number;
  readonly held: number;
  readonly sold: number;
}

const PARTS = ['sold', 'held', 'available'] as const;

/** Where the goods of a sale are: sold, held, available. The numbers stand in words beside it. */
export function StockBar({ stock }: { readonly stock: Stock }) {
  return (
    <span class="stock-bar" aria-hidden="true">
      {PARTS.map((part) => (
        <span
          key={part}
          class="share"
          data-part={part}
          hidden={stock[part] === 0}
          style={{ flexGrow: stock[part] }}
        />
      ))}
    </span>
  );
}

/** The numbers of the bar, with the colour that each has in it. */
export function StockLegend({ stock }: { readonly stock: Stock }) {
  return (
    <dl class="legend">
      {PARTS.map((part) => (
        <div key={part} data-part={part}>
          <dt>{t(`stock.${part}`)}</dt>
          <dd>
            <strong>{count(stock[part])}</strong>{' '}
            {stock.total > 0 && <span class="quiet">{percent(stock[part] / stock.total)}</span>}
          </dd>
        </div>
      ))}
      <div>
        <dt>{t('stock.total')}</dt>
        <dd>
          <strong>{count(stock.total)}</strong>
        </dd>
      </div>
    </dl>
  );
}
