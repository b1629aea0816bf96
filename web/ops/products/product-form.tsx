import { useEffect, useRef, useState } from 'preact/hooks';
import type { Product } from '../../../core/contract.js';
import { minorUnits, priceText, wholeNumber } from '../parts/amounts.js';
import { Field, focusWrong } from '../parts/field.js';
import { TroubleText } from '../parts/trouble.js';
import { t } from '../texts.js';
import { useCommand } from '../use-command.js';

interface ProductFormProps {
  /** The one to change; none for a new one. */
  readonly product: Product | null;
  readonly onDone: (product: Product) => void;
  readonly onCancel: () => void;
}

const FIELDS = ['name', 'price', 'currency', 'stock', 'description'] as const;
type Values = Record<(typeof FIELDS)[number], string>;

function valuesOf(product: Product | null): Values {
  if (!product) return { name: '', price: '', currency: 'KRW', stock: '0', description: '' };
  const { name, description, currency, price, stock } = product;
  return { name, description, currency, price: priceText(price, currency), stock: String(stock) };
}

function bodyOf({ name, description, currency, price, stock }: Values) {
  return {
    ...{ name, description, currency },
    price: minorUnits(price, currency),
    stock: wholeNumber(stock),
  };
}

/** Only what was changed is sent: what somebody else changed meanwhile stays. */
function changesOf(product: Product, values: Values) {
  const before = valuesOf(product);
  const changed = Object.entries(bodyOf(values)).filter(
    ([name]) => values[name as keyof Values] !== before[name as keyof Values],
  );
  return Object.fromEntries(changed);
}

/** All that a product has; the server checks it, and what is wrong is told at its field. */
export function ProductForm({ product, onDone, onCancel }: ProductFormProps) {
  const [values, setValues] = useState(() => valuesOf(product));
  const [touched, touch] = useState(false);
  const command = useCommand();
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => focusWrong(form.current), [command.trouble]);
  const set = (name: keyof Values) => (value: string) => {
    touch(true);
    setValues((before) => ({ ...before, [name]: value }));
  };
  const save = async () => {
    const saved = await command.run<Product>(
      product
        ? {
            method: 'PATCH',
            path: `/api/ops/products/${encodeURIComponent(product.id)}`,
            body: changesOf(product, values),
          }
        : { method: 'POST', path: '/api/ops/products', body: bodyOf(values) },
    );
    if (saved) onDone(saved);
  };
  return (
    <form
      ref={form}
      class="fields"
      noValidate
      data-touched={touched || undefined}
      onSubmit={(event) => {
        event.preventDefault();
        event.stopPropagation();
        void save();
      }}
    >
      <ProductFields values={values} set={set} wrong={command.wrong} />
      <TroubleText trouble={command.trouble} />
      <div class="choices">
        <button type="button" class="secondary" onClick={onCancel}>
          {t('form.cancel')}
        </button>
        <button type="submit" class="primary" aria-disabled={command.pending}>
          {t(product ? 'product.save' : 'product.create')}
        </button>
      </div>
    </form>
  );
}

interface FieldsProps {
  readonly values: Values;
  readonly set: (name: keyof Values) => (value: string) => void;
  readonly wrong: ReadonlyMap<string, string>;
}

function ProductFields({ values, set, wrong }: FieldsProps) {
  const of = (name: keyof Values) => ({
    ...{ name, wrong },
    label: t(`field.${name}`),
    value: values[name],
    onValue: set(name),
  });
  return (
    <>
      <Field {...of('name')} required maxLength={200} />
      <div class="pair">
        <Field {...of('price')} type="number" required />
        <Field {...of('currency')} required maxLength={3} hint={t('hint.currency')} />
      </div>
      <Field
        {...of('stock')}
        label={t('field.productStock')}
        type="number"
        hint={t('hint.productStock')}
      />
      <Field {...of('description')} type="multiline" maxLength={5_000} />
    </>
  );
}
