import { useState } from 'preact/hooks';
import type { Product } from '../../../core/contract.js';
import { count, money } from '../../ui/format.js';
import { mountPage } from '../../ui/page.js';
import * as api from '../api.js';
import { Dialog } from '../parts/dialog.js';
import { Frame, LinkState } from '../parts/frame.js';
import { t } from '../texts.js';
import { usePolled } from '../use-polled.js';
import { ProductForm } from './product-form.js';

const EVERY_MS = 10_000;

function Products() {
  const [wanted, setWanted] = useState('');
  const [edited, edit] = useState<Product | 'new' | null>(null);
  const polled = usePolled(() => api.products(wanted), EVERY_MS, wanted);
  const close = () => {
    edit(null);
    polled.again();
  };
  return (
    <Frame title={t('products.title')} here="/ops/products">
      <div class="head">
        <h1>{t('products.title')}</h1>
        <button type="button" class="primary" onClick={() => edit('new')}>
          {t('product.new')}
        </button>
      </div>
      <LinkState polled={polled} />
      <search class="filters">
        <label for="wanted">{t('products.search')}</label>
        <input
          id="wanted"
          type="search"
          value={wanted}
          onInput={(event) => setWanted(event.currentTarget.value)}
        />
      </search>
      {polled.value && <ProductRows products={polled.value.items} onEdit={edit} />}
      {polled.value?.nextCursor && <p class="quiet">{t('products.more')}</p>}
      {edited && (
        <Dialog title={t(edited === 'new' ? 'product.new' : 'product.edit')} onClose={close}>
          <ProductForm product={edited === 'new' ? null : edited} onDone={close} onCancel={close} />
        </Dialog>
      )}
    </Frame>
  );
}

interface RowsProps {
  readonly products: readonly Product[];
  readonly onEdit: (product: Product) => void;
}

function ProductRows({ products, onEdit }: RowsProps) {
  if (products.length === 0) return <p class="quiet">{t('list.empty')}</p>;
  return (
    <ul class="plain-list">
      {products.map((product) => (
        <li key={product.id} id={product.id} class="line">
          <div class="grow">
            <strong class="product-name">{product.name}</strong>
            <p class="quiet">
              {money(product.price, product.currency)}
              {' · '}
              {t('product.stock', {
                available: count(product.available),
                stock: count(product.stock),
              })}
            </p>
          </div>
          <button
            type="button"
            class="secondary"
            aria-label={t('product.editNamed', { name: product.name })}
            onClick={() => onEdit(product)}
          >
            {t('action.edit')}
          </button>
          <a
            class="secondary"
            aria-label={t('product.sellNamed', { name: product.name })}
            href={`/ops/sales/new?product=${encodeURIComponent(product.id)}`}
          >
            {t('product.sell')}
          </a>
        </li>
      ))}
    </ul>
  );
}

mountPage(Products);
