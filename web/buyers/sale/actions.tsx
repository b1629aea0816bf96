import { useEffect, useState } from 'preact/hooks';
import type { Phase, RoomState, SaleRoom } from '../../client/index.js';
import { money } from '../../ui/format.js';
import { QuantityPicker } from '../quantity-picker.js';
import { type MessageKey, t } from '../texts.js';
import { LeaveDialog } from './leave-dialog.js';
import { paymentReference } from './payment.js';

/** A second tap of the press that joined must not confirm: goods may be held 20 ms later. */
const DOUBLE_TAP_MS = 600;

/** Where nothing is left to do here: the way on. */
const ENDS: ReadonlySet<Phase> = new Set(['missed', 'rejected', 'sold-out', 'closed', 'not-found']);

interface ActionsProps {
  readonly room: SaleRoom;
  readonly state: RoomState;
}

/** What the buyer can do in this phase. */
export function Actions({ room, state }: ActionsProps) {
  const { sending, trouble } = state;
  return (
    <div class="actions">
      {state.phase === 'confirmed' && state.attempt.orderId && (
        <a class="primary link" href={`/orders/${encodeURIComponent(state.attempt.orderId)}`}>
          {t('hold.order')}
        </a>
      )}
      {state.joining !== 'no' && <BuyForm key="buy" room={room} state={state} />}
      {state.confirming === 'buyer' && <Confirm key="confirm" room={room} state={state} />}
      {sending !== null && trouble !== null && (
        <button
          key="stop"
          id="stop"
          type="button"
          class="secondary"
          onClick={() => room.stopTrying()}
        >
          {t('buy.stop')}
        </button>
      )}
      <Leave key="leave" room={room} state={state} />
      {ENDS.has(state.phase) && state.joining === 'no' && (
        <a class="secondary link" href="/">
          {t('page.back')}
        </a>
      )}
    </div>
  );
}

function BuyForm({ room, state }: ActionsProps) {
  const [wanted, setWanted] = useState(1);
  const { sale, quantityLimit, sending, joining } = state;
  const quantity = Math.min(wanted, Math.max(1, quantityLimit));
  return (
    <form
      id="buy-form"
      class="buy"
      onSubmit={(event) => {
        event.preventDefault();
        void room.join(quantity);
      }}
    >
      {quantityLimit > 1 && (
        <QuantityPicker
          quantity={quantity}
          limit={quantityLimit}
          locked={sending === 'join'}
          onChange={setWanted}
        />
      )}
      <button
        id="buy"
        type="submit"
        class={state.phase === 'confirmed' ? 'secondary' : 'primary'}
        disabled={joining !== 'now'}
      >
        {t(buyLabel(state))}
        {sale && quantity > 1 && ` · ${total(sale.product, quantity)}`}
      </button>
    </form>
  );
}

function buyLabel({ phase, attempt, sending }: RoomState): MessageKey {
  if (sending === 'join') return 'buy.sending';
  if (phase === 'confirmed') return 'buy.more-of-it';
  return attempt !== null || phase === 'lost' ? 'buy.again' : 'buy.button';
}

function total({ price, currency }: { price: number; currency: string }, quantity: number): string {
  return money(price * quantity, currency);
}

function Confirm({ room, state }: ActionsProps) {
  const [fresh, setFresh] = useState(true);
  useEffect(() => {
    const timer = setTimeout(() => setFresh(false), DOUBLE_TAP_MS);
    return () => clearTimeout(timer);
  }, []);
  const attemptId = state.attempt?.id ?? '';
  return (
    <button
      id="confirm"
      type="button"
      class={fresh ? 'primary fresh' : 'primary'}
      disabled={fresh || state.sending !== null}
      onClick={() => void room.confirm(paymentReference(attemptId))}
    >
      {t(state.sending === 'confirm' ? 'hold.confirming' : 'hold.confirm')}
    </button>
  );
}

function Leave({ room, state }: ActionsProps) {
  const [asked, setAsked] = useState<'line' | 'hold' | null>(null);
  const { leaving, sending } = state;
  // A question about what is no longer there goes away.
  useEffect(() => setAsked((what) => (what === leaving ? what : null)), [leaving]);
  if (leaving === null) return null;
  return (
    <>
      <button
        id="leave"
        type="button"
        class="secondary"
        disabled={sending !== null}
        onClick={() => setAsked(leaving)}
      >
        {t(sending === 'leave' ? 'leave.sending' : `leave.${leaving}`)}
      </button>
      {asked !== null && (
        <LeaveDialog
          what={asked}
          onStay={() => setAsked(null)}
          onLeave={() => {
            setAsked(null);
            void room.leave();
          }}
        />
      )}
    </>
  );
}
