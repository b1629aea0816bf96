import { useEffect, useRef, useState } from 'preact/hooks';
import type { SaleFigures } from '../../../core/contract.js';
import { t } from '../texts.js';
import { EditDialog } from './edit-dialog.js';
import { RestockDialog } from './restock-dialog.js';
import { SwitchDialog } from './switch-dialog.js';

export const SWITCHES = ['pause', 'resume', 'close'] as const;
export type Switch = (typeof SWITCHES)[number];
type Action = Switch | 'restock' | 'edit';

/** Pause and resume stand in the same place: whoever has the focus there keeps it. */
const SLOTS: Readonly<Record<Action, string>> = {
  edit: 'edit',
  restock: 'restock',
  pause: 'entering',
  resume: 'entering',
  close: 'close',
};

/** What can be done with a sale as it is now. */
function actionsOf({ sale, pausedFor, lane }: SaleFigures): Action[] {
  const stopped = lane.clock === 'stopped';
  // To resume any sale of a lane sets its clock going again.
  if (sale.state === 'closed' || sale.state === 'archived') return stopped ? ['resume'] : [];
  const entering: Action = pausedFor === null && !stopped ? 'pause' : 'resume';
  return ['edit', 'restock', entering, 'close'];
}

interface ActionsProps {
  readonly figures: SaleFigures;
  readonly onDone: () => void;
}

/** Every change asks first: it names the sale and says what will happen. */
export function SaleActions({ figures, onDone }: ActionsProps) {
  const [asked, ask] = useState<Action | null>(null);
  const [done, tell] = useState<{ readonly action: Action } | null>(null);
  const outcome = useRef<HTMLParagraphElement>(null);
  // The button that was pressed may be gone now: the focus goes on to what came of it.
  useEffect(() => {
    if (done) outcome.current?.focus();
  }, [done]);
  const { sale } = figures;
  const actions = actionsOf(figures);
  const dialog = {
    sale,
    onClose: () => ask(null),
    onDone: () => {
      if (asked) tell({ action: asked });
      ask(null);
      onDone();
    },
  };
  return (
    <section aria-labelledby="actions-head">
      <h2 id="actions-head">{t('action.title')}</h2>
      {actions.length === 0 && <p class="quiet">{t('action.none')}</p>}
      <div class="actions">
        {actions.map((action) => (
          <button
            key={SLOTS[action]}
            type="button"
            class={action === 'close' ? 'danger' : 'secondary'}
            data-action={action}
            onClick={() => ask(action)}
          >
            {t(`action.${action}`)}
          </button>
        ))}
      </div>
      <p ref={outcome} role="status" class="done" tabIndex={-1}>
        {done && t(`action.${done.action}.done`)}
      </p>
      {asked === 'edit' && <EditDialog {...dialog} />}
      {asked === 'restock' && <RestockDialog {...dialog} />}
      {asked !== null && asked !== 'edit' && asked !== 'restock' && (
        <SwitchDialog {...dialog} figures={figures} action={asked} />
      )}
    </section>
  );
}
