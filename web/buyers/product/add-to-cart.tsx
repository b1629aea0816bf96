import { useState } from 'preact/hooks';
import type { Cart, Product } from '../../client/index.js';
import { rememberCart } from '../cart/cart-count.js';
import { dropgate } from '../dropgate.js';
import { problemText } from '../problem-text.js';
import { QuantityPicker } from '../quantity-picker.js';
import { t } from '../texts.js';
import { codeOf, untilAnswered } from '../until-answered.js';

/** A line of the cart holds no more. */
const MOST = 1_000;

interface AddToCartProps {
  readonly product: Product;
  readonly available: number;
}

type Outcome = { readonly kind: 'added' } | { readonly kind: 'failed'; readonly code: string };

/** Puts ordinary goods into the cart. Nothing is kept for anybody until it is ordered. */
export function AddToCart({ product, available }: AddToCartProps) {
  const [quantity, choose] = useState(1);
  const [sending, send] = useState(false);
  const [outcome, tell] = useState<Outcome | null>(null);
  const add = async () => {
    send(true);
    const answer = await addTo(product.id, quantity);
    send(false);
    if (answer.kind === 'ok') rememberCart(answer.body);
    tell(answer.kind === 'ok' ? { kind: 'added' } : { kind: 'failed', code: codeOf(answer) });
  };
  const limit = Math.max(1, Math.min(MOST, available));
  return (
    <form
      class="buy"
      onSubmit={(event) => {
        event.preventDefault();
        if (!sending) void add();
      }}
    >
      <QuantityPicker
        quantity={Math.min(quantity, limit)}
        limit={limit}
        locked={available === 0}
        onChange={choose}
      />
      <button id="add" type="submit" class="primary" disabled={available === 0}>
        {t(sending ? 'buy.sending' : 'product.add')}
      </button>
      <p class="outcome" role="status">
        {outcome?.kind === 'added' && (
          <>
            {t('product.added')} <a href="/cart">{t('product.toCart')}</a>
          </>
        )}
        {outcome?.kind === 'failed' && (
          <span class="refusal">{problemText(outcome.code, 'product')}</span>
        )}
      </p>
    </form>
  );
}

/** On top of what is in the cart already. */
async function addTo(productId: string, quantity: number) {
  const cart = await untilAnswered<Cart>(() => dropgate.calls.getCart());
  if (cart.kind !== 'ok') return cart;
  const line = cart.body.items.find((item) => item.productId === productId && !item.attemptId);
  const wanted = Math.min(MOST, (line?.quantity ?? 0) + quantity);
  return untilAnswered<Cart>(() => dropgate.calls.setCartItem(productId, wanted));
}
