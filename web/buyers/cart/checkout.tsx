import { useState } from 'preact/hooks';
import type { Cart } from '../../client/index.js';
import { problemText } from '../problem-text.js';
import { t } from '../texts.js';
import { codeOf } from '../until-answered.js';
import { rememberCart } from './cart-count.js';
import { type Blocking, blockingOf, placeOrder } from './place-order.js';

interface CheckoutProps {
  readonly cart: Cart;
  readonly onBlocked: (lines: readonly Blocking[]) => void;
}

/** Orders all of the cart or nothing. */
export function Checkout({ cart, onBlocked }: CheckoutProps) {
  const [sending, send] = useState(false);
  const [refusal, refuse] = useState<string | null>(null);
  const order = async () => {
    send(true);
    refuse(null);
    const answer = await placeOrder();
    if (answer.kind === 'ok') {
      rememberCart({ ...cart, items: [] });
      location.assign(`/orders/${encodeURIComponent(answer.body.id)}?new`);
      return;
    }
    send(false);
    refuse(codeOf(answer));
    onBlocked(blockingOf(answer));
  };
  return (
    <form
      class="buy"
      onSubmit={(event) => {
        event.preventDefault();
        if (!sending) void order();
      }}
    >
      <button id="order" type="submit" class="primary" aria-disabled={sending}>
        {t(sending ? 'buy.sending' : 'cart.order')}
      </button>
      <p class="quiet">{t('cart.demoPayment')}</p>
      <div role="alert">{refusal && <p class="refusal">{problemText(refusal, 'cart')}</p>}</div>
    </form>
  );
}
