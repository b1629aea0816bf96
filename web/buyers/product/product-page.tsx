import { useCallback, useEffect } from 'preact/hooks';
import type { Product, Sale } from '../../client/index.js';
import { count, money } from '../../ui/format.js';
import { mountPage } from '../../ui/page.js';
import { dropgate } from '../dropgate.js';
import { idInAddress } from '../id-in-address.js';
import { Missing } from '../missing/missing.js';
import { Shell } from '../shell.js';
import { t } from '../texts.js';
import { useAnswer } from '../use-answer.js';
import { useStock } from '../use-stock.js';
import { AddToCart } from './add-to-cart.js';

/** The stock is pushed; name and price are asked for again now and then. */
const EVERY_MS = 30_000;

const MOST_SALES = 100;

const productId = idInAddress();
const askProduct = () => dropgate.calls.getProduct(productId);
const askSales = () => dropgate.calls.listSales({ limit: MOST_SALES });

function ProductPage() {
  const { value, problem, stale, again } = useAnswer<Product>(askProduct, EVERY_MS);
  // What was bought between the answer and the socket is pushed to nobody.
  useEffect(() => dropgate.onConnect(again), [again]);
  if (problem === 'not-found') return <Missing what={t('product.missing')} />;
  return (
    <Shell title={value?.name ?? ''} width="narrow">
      <p class="notice" role="status" hidden={!stale}>
        {stale ? t('shop.unreachable') : ''}
      </p>
      {value === null ? <p class="quiet">{t('shop.loading')}</p> : <Goods product={value} />}
      <p class="back">
        <a href="/">{t('page.back')}</a>
      </p>
    </Shell>
  );
}

function Goods({ product }: { readonly product: Product }) {
  const available = useStock(product);
  return (
    <>
      <section aria-labelledby="title">
        <h1 id="title">{product.name}</h1>
        <p class="price">{money(product.price, product.currency)}</p>
        <p class="description">{product.description}</p>
        <p id="stock" class="units">
          {available > 0 ? t('shop.stock', { available: count(available) }) : t('shop.noStock')}
        </p>
        <AddToCart product={product} available={available} />
      </section>
      <SalesOf productId={product.id} />
    </>
  );
}

/** Limited releases of the same product: their stock is a pool of its own. */
function SalesOf({ productId: id }: { readonly productId: string }) {
  const { value } = useAnswer(useCallback(askSales, []), null);
  const shown = (sale: Sale) => sale.product.id === id && !OVER.has(sale.state);
  const sales = value?.items.filter(shown) ?? [];
  if (sales.length === 0) return null;
  return (
    <section aria-labelledby="sales-of">
      <h2 id="sales-of">{t('product.sales')}</h2>
      <ul class="rows">
        {sales.map((sale) => (
          <li key={sale.id} class="row">
            <a href={`/sales/${encodeURIComponent(sale.id)}`}>{sale.title}</a>
            <span class="badge" data-state={sale.state}>
              {t(`sale.state.${sale.state}`)}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

const OVER: ReadonlySet<Sale['state']> = new Set<Sale['state']>(['closed', 'archived']);

mountPage(() => <ProductPage />);
