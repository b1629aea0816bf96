import { useEffect, useRef, useState } from 'preact/hooks';
import type { Sale } from '../../../core/contract.js';
import { opsSalePath } from '../api.js';
import { Dialog } from '../parts/dialog.js';
import { focusWrong } from '../parts/field.js';
import { TroubleText } from '../parts/trouble.js';
import { changesOf, SaleFields, valuesOf } from '../sales/sale-fields.js';
import { t } from '../texts.js';
import { useCommand } from '../use-command.js';
import type { SaleDialogProps } from './switch-dialog.js';

/** Changes what is set of a sale; holds that are given keep their deadline. */
export function EditDialog({ sale, onClose, onDone }: SaleDialogProps) {
  // As it was when the dialog was opened: only what is changed here is sent.
  const [before] = useState(() => valuesOf(sale));
  const [values, setValues] = useState(before);
  const command = useCommand();
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => focusWrong(form.current), [command.trouble]);
  const save = async () => {
    const call = { method: 'PATCH', path: opsSalePath(sale.id) } as const;
    if (await command.run<Sale>({ ...call, body: changesOf(before, values) })) onDone();
  };
  return (
    <Dialog title={t('action.edit.ask', { title: sale.title })} onClose={onClose} wide>
      <form
        ref={form}
        class="fields"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <p>{t('action.edit.means')}</p>
        <SaleFields
          values={values}
          wrong={command.wrong}
          onValue={(name, value) => setValues((now) => ({ ...now, [name]: value }))}
        />
        <TroubleText trouble={command.trouble} />
        <div class="choices">
          <button type="button" class="secondary" onClick={onClose}>
            {t('form.cancel')}
          </button>
          <button type="submit" class="primary" data-confirm="edit" aria-disabled={command.pending}>
            {t('action.edit.save')}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
