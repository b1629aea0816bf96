import { useEffect, useRef, useState } from 'preact/hooks';
import type { Phase, RoomState } from '../../client/index.js';
import { t } from '../texts.js';
import { call, noticeWanted, notifiesBySystem, unlockSound, wantNotice } from './notice.js';
import { detailOf, headline } from './words.js';

/** From where the buyer may have looked away, and to what they are called back. */
const AWAY: ReadonlySet<Phase> = new Set(['scheduled', 'joining', 'waiting', 'standby', 'paused']);
/** Here nobody is to be called back: the switch goes, its room stays. */
const IDLE: ReadonlySet<Phase> = new Set([
  'held',
  'hold-ending',
  'confirmed',
  'missed',
  'sold-out',
  'rejected',
  'closed',
]);
const CALLS: Readonly<Partial<Record<Phase, 'turn' | 'opened' | 'over'>>> = {
  open: 'opened',
  held: 'turn',
  missed: 'over',
  rejected: 'over',
  lost: 'over',
};

/** Turns the notice on or off, and gives it when it is the buyer's turn. */
export function NoticeSwitch({ state }: { readonly state: RoomState }) {
  const [on, setOn] = useState(noticeWanted);
  useCall(state, on);
  return (
    <label class={IDLE.has(state.phase) ? 'switch idle' : 'switch'}>
      <input
        id="notice"
        type="checkbox"
        role="switch"
        checked={on}
        aria-checked={on}
        onChange={(event) => {
          const { checked } = event.currentTarget;
          setOn(checked);
          void wantNotice(checked).then(() => setOn(checked));
        }}
      />
      <span>
        {t('notice.label')}
        <span class="switch-hint">
          {t(notifiesBySystem() ? 'notice.hint.system' : 'notice.hint')}
        </span>
      </span>
    </label>
  );
}

function useCall(state: RoomState, on: boolean): void {
  const before = useRef(state.phase);
  useEffect(() => {
    if (!on) return;
    document.addEventListener('pointerdown', unlockSound, { once: true });
    return () => document.removeEventListener('pointerdown', unlockSound);
  }, [on]);
  useEffect(() => {
    const from = before.current;
    before.current = state.phase;
    const what = CALLS[state.phase];
    if (!on || !what || from === state.phase || !AWAY.has(from)) return;
    call(t(`notice.${what}`), `${headline(state)}. ${detailOf(state)}`);
  });
}
