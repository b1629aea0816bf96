import { useEffect, useRef } from 'preact/hooks';
import { t } from '../texts.js';

interface LeaveDialogProps {
  readonly what: 'line' | 'hold';
  readonly onStay: () => void;
  readonly onLeave: () => void;
}

/** Asks before a place or goods are given up: neither can be had back. */
export function LeaveDialog({ what, onStay, onLeave }: LeaveDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} aria-labelledby="leave-ask" aria-describedby="leave-warn" onClose={onStay}>
      <h2 id="leave-ask" class="question">
        {t(`leave.${what}.ask`)}
      </h2>
      <p id="leave-warn">{t(`leave.${what}.warn`)}</p>
      <div class="choices">
        <button id="leave-no" type="button" class="primary" onClick={onStay}>
          {t('leave.stay')}
        </button>
        <button id="leave-yes" type="button" class="danger" onClick={onLeave}>
          {t(`leave.${what}`)}
        </button>
      </div>
    </dialog>
  );
}
