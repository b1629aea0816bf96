import type { Sale, SaleFigures } from '../../../core/contract.js';
import { count } from '../../ui/format.js';
import { opsSalePath } from '../api.js';
import { Dialog } from '../parts/dialog.js';
import { TroubleText } from '../parts/trouble.js';
import { t } from '../texts.js';
import { useCommand } from '../use-command.js';
import type { Switch } from './actions.js';

export interface SaleDialogProps {
  readonly sale: Sale;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

/** What it will mean, with the numbers of this moment. */
function meaningOf(action: Switch, { now, lane }: SaleFigures): string {
  if (action === 'resume' && lane.clock === 'stopped') return t('action.resume.clock');
  const values = {
    waiting: count(now.waiting),
    standby: count(now.standby),
    held: count(now.held),
  };
  return t(`action.${action}.means`, values);
}

/** Pause, resume, close: one question, one call. */
export function SwitchDialog({
  action,
  figures,
  ...props
}: SaleDialogProps & { readonly action: Switch; readonly figures: SaleFigures }) {
  const command = useCommand();
  const { sale, onClose, onDone } = props;
  const run = async () => {
    const path = `${opsSalePath(sale.id)}/${action}`;
    if (await command.run<Sale>({ method: 'POST', path })) onDone();
  };
  return (
    <Dialog title={t(`action.${action}.ask`, { title: sale.title })} onClose={onClose}>
      <p>{meaningOf(action, figures)}</p>
      <TroubleText trouble={command.trouble} />
      <div class="choices">
        <button type="button" class="secondary" onClick={onClose}>
          {t('form.cancel')}
        </button>
        <button
          type="button"
          class={action === 'close' ? 'danger' : 'primary'}
          data-confirm={action}
          aria-disabled={command.pending}
          onClick={() => void run()}
        >
          {t(`action.${action}`)}
        </button>
      </div>
    </Dialog>
  );
}
