import { useCallback, useEffect, useState } from 'preact/hooks';
import type { Product } from '../../client/index.js';
import { count, money } from '../../ui/format.js';
import { dropgate } from '../dropgate.js';
import { plural, t } from '../texts.js';
import { useAnswer } from '../use-answer.js';

/** A pause in typing; sooner, every letter would be a search. */
const TYPING_MS = 250;

/** Products shown at once, and how many more each time they are asked for. */
const STEP = 20;
const MOST = 100;

/** Asked for, not pushed: a socket would need an identity for everybody who only looks around. */
const EVERY_MS = 5_000;

/** The goods of the shop, found by their names, with their stock as it is. */
export function ProductSearch() {
  const [typed, type] = useState(new URLSearchParams(location.search).get('q') ?? '');
  const q = useSettled(typed.trim());
  const [limit, widen] = useState(STEP);
  const ask = useCallback(() => dropgate.calls.listProducts({ q, limit }), [q, limit]);
  const { value, stale } = useAnswer(ask, EVERY_MS);
  const products = value?.items ?? null;
  return (
    <section aria-labelledby="products-head">
      <h2 id="products-head">{t('shop.products')}</h2>
      <search>
        <label for="search">{t('shop.search')}</label>
        <input
          id="search"
          type="search"
          maxLength={200}
          value={typed}
          autocomplete="off"
          enterkeyhint="search"
          onInput={(event) => type(event.currentTarget.value)}
        />
      </search>
      <p class="quiet found" role="status">
        {found(products, q, stale, value?.nextCursor !== null)}
      </p>
      <ul id="products" class="rows">
        {products?.map((product) => (
          <ProductRow key={product.id} product={product} />
        ))}
      </ul>
      {value?.nextCursor && limit < MOST && (
        <button type="button" class="secondary" onClick={() => widen(limit + STEP)}>
          {t('shop.more')}
        </button>
      )}
    </section>
  );
}

function found(products: Product[] | null, q: string, stale: boolean, more: boolean): string {
  if (products === null) return t(stale ? 'shop.unreachable' : 'shop.loading');
  if (products.length > 0) return q === '' || more ? '' : plural('shop.found', products.length);
  return q === '' ? t('shop.noProducts') : t('shop.nothingFound', { q });
}

/** The text once typing has paused; the address follows, so that a search can be sent to others. */
function useSettled(text: string): string {
  const [settled, settle] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => {
      settle(text);
      const query = text === '' ? '' : `?q=${encodeURIComponent(text)}`;
      history.replaceState(null, '', `${location.pathname}${query}`);
    }, TYPING_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}

function ProductRow({ product }: { readonly product: Product }) {
  const { available } = product;
  return (
    <li class="row">
      <div class="row-words">
        <h3 class="card-title">
          <a href={`/products/${encodeURIComponent(product.id)}`}>{product.name}</a>
        </h3>
        <p class="quiet short">{product.description}</p>
      </div>
      <div class="row-numbers">
        <p class="price">{money(product.price, product.currency)}</p>
        <p class="quiet">
          {available > 0 ? t('shop.stock', { available: count(available) }) : t('shop.noStock')}
        </p>
      </div>
    </li>
  );
}
