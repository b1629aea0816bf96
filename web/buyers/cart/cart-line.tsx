import { parseAttemptId } from '../../../core/domain/ids.js';
import type { Cart, CartLine } from '../../client/index.js';
import { count, money, timer } from '../../ui/format.js';
import { problemText } from '../problem-text.js';
import { t } from '../texts.js';
import { useLineChanges } from './line-changes.js';
import { LineQuantity } from './line-quantity.js';
import type { Blocking } from './place-order.js';

interface CartLineProps {
  readonly line: CartLine;
  /** Server time in milliseconds. */
  readonly now: number;
  /** Why this line kept the last order from being placed. */
  readonly blocking: Blocking | undefined;
  readonly onChange: (cart: Cart) => void;
  /** The buyer takes the line out. */
  readonly onRemove: (line: CartLine) => void;
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

export function linkOf({ productId, attemptId }: CartLine): string {
  const attempt = attemptId === null ? null : parseAttemptId(attemptId);
  const [kind, id] = attempt ? ['sales', attempt.saleId] : ['products', productId];
  return `/${kind}/${encodeURIComponent(id)}`;
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

function Ordinary({ line, blocking, onChange, onRemove }: CartLineProps) {
  const { refusal, settled, want } = useLineChanges(line.productId, onChange);
  const short = line.quantity > line.available;
  return (
    <>
      <div class="line-quantity">
        <LineQuantity
          productId={line.productId}
          quantity={line.quantity}
          settled={settled}
          onChange={want}
        />
        <button
          type="button"
          class="secondary"
          aria-label={t('cart.removeOne', { name: line.name })}
          onClick={() => {
            onRemove(line);
            want(0);
          }}
        >
          {t('cart.remove')}
        </button>
      </div>
      {(short || blocking) && (
        <p class="refusal">
          {line.available > 0
            ? t('cart.line.short', { available: count(line.available) })
            : t('cart.line.gone')}
        </p>
      )}
      {refusal && (
        <p class="refusal" role="alert">
          {problemText(refusal, 'cart')}
        </p>
      )}
    </>
  );
}
