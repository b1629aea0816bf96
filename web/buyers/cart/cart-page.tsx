import { useEffect, useState } from 'preact/hooks';
import type { Cart } from '../../client/index.js';
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
import { Checkout } from './checkout.js';
import type { Blocking } from './place-order.js';

/** Held goods and stock change without this buyer: a push tells of holds, asking of the rest. */
const EVERY_MS = 5_000;

const askCart = () => dropgate.calls.getCart();

function CartPage() {
  const { value, problem, stale, again, put } = useAnswer<Cart>(askCart, EVERY_MS);
  const [blocking, block] = useState<readonly Blocking[]>([]);
  useEffect(() => dropgate.onAttempt(again), [again]);
  useEffect(() => {
    if (value !== null) rememberCart(value);
  }, [value]);
  const holds = value?.items.some(({ holdExpiresAt }) => holdExpiresAt !== null) ?? false;
  const now = useNow(dropgate.now, holds);
  const change = (cart: Cart) => {
    block([]);
    put(cart);
  };
  return (
    <Shell title={t('cart.title')} here="/cart" width="narrow">
      <h1>{t('cart.title')}</h1>
      <p class="notice" role="status" hidden={!stale && problem === null}>
        {stale ? t('shop.unreachable') : problem && problemText(problem, 'cart')}
      </p>
      {value === null && <p class="quiet">{t('shop.loading')}</p>}
      {value?.items.length === 0 && <Empty />}
      {value !== null && value.items.length > 0 && (
        <>
          <ul id="cart" class="rows">
            {value.items.map((line) => (
              <CartLineRow
                key={line.attemptId ?? line.productId}
                line={line}
                now={now}
                blocking={blocking.find((one) => isAbout(one, line))}
                onChange={change}
              />
            ))}
          </ul>
          <p class="total">
            <span>{t('cart.total')}</span>{' '}
            <strong>{money(value.total, value.currency ?? '')}</strong>
          </p>
          <Checkout
            cart={value}
            onBlocked={(lines) => {
              block(lines);
              again();
            }}
          />
        </>
      )}
    </Shell>
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

function isAbout(one: Blocking, line: { productId: string; attemptId: string | null }): boolean {
  return one.attemptId === line.attemptId && one.productId === line.productId;
}

mountPage(() => <CartPage />);
