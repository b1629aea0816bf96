import { useEffect, useRef, useState } from 'preact/hooks';
import type { Sale } from '../../../core/contract.js';
import { mountPage } from '../../ui/page.js';
import { wholeNumber } from '../parts/amounts.js';
import { Field, focusWrong } from '../parts/field.js';
import { Frame } from '../parts/frame.js';
import { TroubleText } from '../parts/trouble.js';
import { t } from '../texts.js';
import { useCommand } from '../use-command.js';
import { ProductChoice } from './product-choice.js';
import { bodyOf, NEW_SALE, SaleFields } from './sale-fields.js';

function NewSale() {
  const [productId, choose] = useState(new URLSearchParams(location.search).get('product') ?? '');
  const [stock, setStock] = useState('');
  const [values, setValues] = useState(NEW_SALE);
  const [touched, touch] = useState(false);
  const command = useCommand();
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => focusWrong(form.current), [command.trouble]);
  const create = async () => {
    const body = { productId, stock: wholeNumber(stock), ...bodyOf(values) };
    const sale = await command.run<Sale>({ method: 'POST', path: '/api/ops/sales', body });
    if (sale) location.assign(`/ops/sales/${encodeURIComponent(sale.id)}`);
  };
  return (
    <Frame title={t('newSale.title')}>
      <h1>{t('newSale.title')}</h1>
      <form
        ref={form}
        class="panel fields"
        noValidate
        data-touched={touched || undefined}
        onInput={() => touch(true)}
        onSubmit={(event) => {
          event.preventDefault();
          void create();
        }}
      >
        <ProductChoice chosen={productId} onChoose={choose} wrong={command.wrong} />
        <Field
          name="stock"
          label={t('field.stock')}
          hint={t('hint.stock')}
          type="number"
          required
          value={stock}
          onValue={setStock}
          wrong={command.wrong}
        />
        <SaleFields
          values={values}
          wrong={command.wrong}
          onValue={(name, value) => setValues((before) => ({ ...before, [name]: value }))}
        />
        <TroubleText trouble={command.trouble} />
        <div class="choices">
          <a class="secondary" href="/ops">
            {t('form.cancel')}
          </a>
          <button type="submit" class="primary" aria-disabled={command.pending}>
            {t('newSale.create')}
          </button>
        </div>
      </form>
    </Frame>
  );
}

mountPage(NewSale);
