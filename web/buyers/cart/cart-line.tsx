import { useState } from 'preact/hooks';
import type { Answer, Cart, CartLine } from '../../client/index.js';
import { count, money, timer } from '../../ui/format.js';
import { dropgate } from '../dropgate.js';
import { problemText } from '../problem-text.js';
import { t } from '../texts.js';
import { codeOf, untilAnswered } from '../until-answered.js';
import type { Blocking } from './place-order.js';

const MOST = 1_000;

interface CartLineProps {
  readonly line: CartLine;
  /** Server time in milliseconds. */
  readonly now: number;
  /** Why this line kept the last order from being placed. */
  readonly blocking: Blocking | undefined;
  readonly onChange: (cart: Cart) => void;
}

export function CartLineRow(props: CartLineProps) {
  const { line } = props;
  return (
    <li class="row cart-line">
      <div class="row-words">
        <h2 class="card-title">
          <a href={linkOf(line)}>{line.name}</a>
        </h2>
        {line.attemptId === null ? <Ordinary {...props} /> : <Held {...props} />}
      </div>
      <div class="row-numbers">
        <p class="price">{money(line.price * line.quantity, line.currency)}</p>
        {line.quantity > 1 && (
          <p class="quiet">
            {t('cart.each', {
              quantity: count(line.quantity),
              price: money(line.price, line.currency),
            })}
          </p>
        )}
      </div>
    </li>
  );
}

/** A sale's id is its attempt's without the ticket (decision 0003 of the docs). */
function linkOf({ productId, attemptId }: CartLine): string {
  if (attemptId === null) return `/products/${encodeURIComponent(productId)}`;
  const [lane = '', body = ''] = attemptId.split('-');
  return `/sales/${encodeURIComponent(`s${lane.slice(1)}-${body}`)}`;
}

/** Goods of a sale: they are kept until their deadline, and given back in the sale's own page. */
function Held({ line, now, blocking }: CartLineProps) {
  const left = line.holdExpiresAt === null ? 0 : Date.parse(line.holdExpiresAt) - now;
  return (
    <>
      <p>{t('cart.quantity', { quantity: count(line.quantity) })}</p>
      <p class="deadline">
        {left > 0 ? t('cart.heldFor', { time: timer(left) }) : t('cart.holdOver')}
      </p>
      {blocking && <p class="refusal">{t('cart.line.holdOver')}</p>}
    </>
  );
}

function Ordinary({ line, blocking, onChange }: CartLineProps) {
  const [sending, send] = useState(false);
  const [refusal, refuse] = useState<string | null>(null);
  const change = async (request: () => Promise<Answer<Cart>>) => {
    send(true);
    const answer = await untilAnswered(request);
    send(false);
    refuse(answer.kind === 'ok' ? null : codeOf(answer));
    if (answer.kind === 'ok') onChange(answer.body);
  };
  const short = line.quantity > line.available;
  return (
    <>
      <div class="line-quantity">
        <label for={`quantity-${line.productId}`}>{t('buy.quantity')}</label>
        <input
          id={`quantity-${line.productId}`}
          type="number"
          inputMode="numeric"
          min={1}
          max={MOST}
          value={line.quantity}
          disabled={sending}
          onChange={(event) => {
            const quantity = event.currentTarget.valueAsNumber;
            if (Number.isInteger(quantity) && quantity >= 1 && quantity <= MOST) {
              void change(() => dropgate.calls.setCartItem(line.productId, quantity));
            } else {
              event.currentTarget.value = String(line.quantity);
            }
          }}
        />
        <button
          type="button"
          class="secondary"
          disabled={sending}
          aria-label={t('cart.removeOne', { name: line.name })}
          onClick={() => void change(() => dropgate.calls.removeCartItem(line.productId))}
        >
          {t('cart.remove')}
        </button>
      </div>
      {(short || blocking) && (
        <p class="refusal">{t('cart.line.short', { available: count(line.available) })}</p>
      )}
      {refusal && (
        <p class="refusal" role="alert">
          {problemText(refusal, 'cart')}
        </p>
      )}
    </>
  );
}
