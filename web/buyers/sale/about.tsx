import type { Sale } from '../../client/index.js';
import { count, money } from '../../ui/format.js';
import { t } from '../texts.js';

/** What is sold here, and how much of it is left. */
export function About({ sale }: { readonly sale: Sale }) {
  const { product, stock } = sale;
  const left = t('fact.leftOf', { available: count(stock.available), total: count(stock.total) });
  return (
    <section id="about" class="about" aria-labelledby="title">
      <span class="badge" data-state={sale.state}>
        {t(`sale.state.${sale.state}`)}
      </span>
      <h1 id="title">{sale.title}</h1>
      <a class="product-link" href={`/products/${encodeURIComponent(product.id)}`}>
        {product.name === sale.title ? t('fact.ofProduct') : product.name}
      </a>
      <p class="price">{money(product.price, product.currency)}</p>
      <p class="left">
        <span class="left-label">{t('fact.left')}</span> <strong id="left">{left}</strong>
      </p>
      <progress
        class="bar"
        aria-label={t('fact.stockBar')}
        max={Math.max(1, stock.total)}
        value={stock.available}
      />
    </section>
  );
}
