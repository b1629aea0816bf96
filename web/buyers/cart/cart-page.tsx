import { useEffect, useRef, useState } from 'preact/hooks';
import type { Cart, CartLine } from '../../client/index.js';
import { money } from '../../ui/format.js';
import { mountPage } from '../../ui/page.js';
import { useNow } from '../../ui/use-now.js';
import { dropgate } from '../dropgate.js';
import { problemText } from '../problem-text.js';
import { Shell } from '../shell.js';
import { t } from '../texts.js';
import { useAnswer } from '../use-answer.js';
import { rememberCart } from './cart-count.js';
import { CartLineRow } from './cart-line.js';
import { News, useEndedHold } from './news.js';
import { OrderForm } from './order-form.js';
import type { Blocking } from './place-order.js';
import { type Checkout, useCheckout } from './use-checkout.js';

/** Held goods and stock change without this buyer: a push tells of holds, asking of the rest. */
const EVERY_MS = 5_000;

const askCart = () => dropgate.calls.getCart();

function CartPage() {
  const { value, problem, stale, again, put } = useAnswer<Cart>(askCart, EVERY_MS);
  const checkout = useCheckout(again);
  const cart = checkout.ordering ?? value;
  const ended = useEndedHold(cart, dropgate.now);
  const [removed, tellRemoved] = useState<CartLine | null>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => dropgate.onAttempt(again), [again]);
  useEffect(() => {
    if (cart !== null) rememberCart(cart);
  }, [cart]);
  const change = (changed: Cart) => {
    checkout.forget();
    put(changed);
  };
  const remove = (line: CartLine) => {
    tellRemoved(line);
    // Its button goes with it: whoever uses the keyboard goes on from here.
    heading.current?.focus();
  };
  return (
    <Shell title={t('cart.title')} here="/cart" width="narrow">
      <h1 ref={heading} tabIndex={-1}>
        {t('cart.title')}
      </h1>
      <p class="notice" role="status" hidden={!stale && problem === null}>
        {stale ? t('shop.unreachable') : problem && problemText(problem, 'cart')}
      </p>
      <News removed={removed} ended={ended} unseen={checkout.unseen} />
      {cart === null && <p class="quiet">{t('shop.loading')}</p>}
      {cart?.items.length === 0 && <Empty />}
      {cart !== null && cart.items.length > 0 && (
        <Goods cart={cart} checkout={checkout} onChange={change} onRemove={remove} />
      )}
    </Shell>
  );
}

interface GoodsProps {
  readonly cart: Cart;
  readonly checkout: Checkout;
  readonly onChange: (cart: Cart) => void;
  readonly onRemove: (line: CartLine) => void;
}

function Goods({ cart, checkout, onChange, onRemove }: GoodsProps) {
  const now = useNow(
    dropgate.now,
    cart.items.some(({ holdExpiresAt }) => holdExpiresAt !== null),
  );
  return (
    <>
      <ul id="cart" class="rows" inert={checkout.ordering !== null}>
        {cart.items.map((line) => (
          <CartLineRow
            key={line.attemptId ?? line.productId}
            line={line}
            now={now}
            blocking={checkout.blocking.find((one) => isAbout(one, line))}
            onChange={onChange}
            onRemove={onRemove}
          />
        ))}
      </ul>
      <p class="total" aria-live="polite">
        <span>{t('cart.total')}</span> <strong>{money(cart.total, cart.currency ?? '')}</strong>
      </p>
      <OrderForm cart={cart} checkout={checkout} />
    </>
  );
}

function Empty() {
  return (
    <section class="panel">
      <p id="cart-empty">{t('cart.empty')}</p>
      <a class="secondary link" href="/">
        {t('missing.toShop')}
      </a>
    </section>
  );
}

function isAbout(one: Blocking, line: CartLine): boolean {
  return one.attemptId === line.attemptId && one.productId === line.productId;
}

mountPage(() => <CartPage />);
