import { useEffect, useRef, useState } from 'preact/hooks';
import type { Sale } from '../../../core/contract.js';
import { count } from '../../ui/format.js';
import { opsSalePath } from '../api.js';
import { wholeNumber } from '../parts/amounts.js';
import { Dialog } from '../parts/dialog.js';
import { Field, focusWrong } from '../parts/field.js';
import { TroubleText } from '../parts/trouble.js';
import { t } from '../texts.js';
import { useCommand } from '../use-command.js';
import type { SaleDialogProps } from './switch-dialog.js';

/** What the number that was typed will do. */
function meaningOf(quantity: number, { stock }: Sale): string {
  if (!Number.isSafeInteger(quantity) || quantity === 0) return t('action.restock.means');
  const values = { n: count(Math.abs(quantity)), total: count(stock.total + quantity) };
  return t(quantity > 0 ? 'action.restock.adds' : 'action.restock.takes', values);
}

/** Adds goods to a sale, or takes back what is still available. */
export function RestockDialog({ sale, onClose, onDone }: SaleDialogProps) {
  const [quantity, setQuantity] = useState('');
  const command = useCommand();
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => focusWrong(form.current), [command.trouble]);
  const run = async () => {
    const path = `${opsSalePath(sale.id)}/restock`;
    const body = { quantity: wholeNumber(quantity) };
    if (await command.run<Sale>({ method: 'POST', path, body })) onDone();
  };
  return (
    <Dialog title={t('action.restock.ask', { title: sale.title })} onClose={onClose}>
      <form
        ref={form}
        class="fields"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void run();
        }}
      >
        <Field
          name="quantity"
          label={t('field.quantity')}
          required
          hint={t('hint.quantity', { available: count(sale.stock.available) })}
          value={quantity}
          onValue={setQuantity}
          wrong={command.wrong}
        />
        <p role="status">{meaningOf(wholeNumber(quantity), sale)}</p>
        <TroubleText trouble={command.trouble} />
        <div class="choices">
          <button type="button" class="secondary" onClick={onClose}>
            {t('form.cancel')}
          </button>
          <button
            type="submit"
            class="primary"
            data-confirm="restock"
            aria-disabled={command.pending}
          >
            {t('action.restock')}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
