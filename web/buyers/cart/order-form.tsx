import type { Cart } from '../../client/index.js';
import { problemText } from '../problem-text.js';
import { t } from '../texts.js';
import type { Checkout } from './use-checkout.js';

interface OrderFormProps {
  readonly cart: Cart;
  readonly checkout: Checkout;
}

/** Orders all of the cart or nothing. */
export function OrderForm({ cart, checkout }: OrderFormProps) {
  const sending = checkout.ordering !== null;
  return (
    <form
      class="buy"
      onSubmit={(event) => {
        event.preventDefault();
        if (!sending) checkout.order(cart);
      }}
    >
      <button id="order" type="submit" class="primary" aria-disabled={sending}>
        {t(sending ? 'buy.sending' : 'cart.order')}
      </button>
      <p class="quiet">{t('cart.demoPayment')}</p>
      <div role="alert">
        {checkout.refusal && <p class="refusal">{problemText(checkout.refusal, 'cart')}</p>}
      </div>
    </form>
  );
}
