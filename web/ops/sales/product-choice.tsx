import { useState } from 'preact/hooks';
import type { Product } from '../../../core/contract.js';
import { money } from '../../ui/format.js';
import * as api from '../api.js';
import { Dialog } from '../parts/dialog.js';
import { wrongAt } from '../parts/field.js';
import { ProductForm } from '../products/product-form.js';
import { t } from '../texts.js';
import { usePolled } from '../use-polled.js';

const EVERY_MS = 30_000;

interface ChoiceProps {
  readonly chosen: string;
  readonly onChoose: (productId: string) => void;
  readonly wrong: ReadonlyMap<string, string>;
}

/** Which product is sold: one that is there, found by its name, or a new one. */
export function ProductChoice({ chosen, onChoose, wrong }: ChoiceProps) {
  const [wanted, setWanted] = useState('');
  const [made, setMade] = useState<Product | null>(null);
  const [making, make] = useState(false);
  const { value, again } = usePolled(() => api.products(wanted), EVERY_MS, wanted);
  const products = (value?.items ?? []).filter(({ id }) => id !== made?.id);
  const done = (product: Product) => {
    make(false);
    setMade(product);
    onChoose(product.id);
    again();
  };
  return (
    <fieldset class="field choice">
      <legend>{t('field.product')}</legend>
      <div class="pair">
        <div class="field">
          <label for="wanted">{t('products.search')}</label>
          <input
            id="wanted"
            type="search"
            value={wanted}
            onInput={(event) => setWanted(event.currentTarget.value)}
          />
        </div>
        <button type="button" class="secondary" onClick={() => make(true)}>
          {t('product.new')}
        </button>
      </div>
      <ProductSelect
        products={made ? [made, ...products] : products}
        {...{ chosen, onChoose, wrong }}
      />
      {making && (
        <Dialog title={t('product.new')} onClose={() => make(false)}>
          <ProductForm product={null} onDone={done} onCancel={() => make(false)} />
        </Dialog>
      )}
    </fieldset>
  );
}

function ProductSelect({
  products,
  chosen,
  onChoose,
  wrong,
}: ChoiceProps & { readonly products: readonly Product[] }) {
  const what = wrongAt({ name: 'productId', wrong });
  return (
    <div class="field">
      <label for="productId">{t('field.productId')}</label>
      <select
        id="productId"
        required
        value={chosen}
        aria-invalid={what !== null}
        aria-describedby={what ? 'productId-wrong' : undefined}
        onChange={(event) => onChoose(event.currentTarget.value)}
      >
        <option value="">{t('field.productId.none')}</option>
        {products.map(({ id, name, price, currency }) => (
          <option key={id} value={id}>
            {`${name} · ${money(price, currency)}`}
          </option>
        ))}
      </select>
      {what && (
        <p id="productId-wrong" class="wrong">
          {what}
        </p>
      )}
    </div>
  );
}
