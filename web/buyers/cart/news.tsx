import { useEffect, useRef, useState } from 'preact/hooks';
import type { Cart, CartLine, Order } from '../../client/index.js';
import { t } from '../texts.js';
import { linkOf } from './cart-line.js';

/** Goods of a sale that were in the cart until their time was over. */
export function useEndedHold(cart: Cart | null, now: () => number): CartLine | null {
  const before = useRef<Cart | null>(null);
  const [ended, tell] = useState<CartLine | null>(null);
  useEffect(() => {
    const gone = before.current?.items.find(
      (line) => line.attemptId !== null && !cart?.items.some(isSame(line)),
    );
    before.current = cart;
    // Sooner it was ordered or given back in another tab: the buyer knows.
    if (gone?.holdExpiresAt && Date.parse(gone.holdExpiresAt) <= now()) tell(gone);
  }, [cart, now]);
  return ended;
}

function isSame(line: CartLine) {
  return ({ attemptId }: CartLine) => attemptId === line.attemptId;
}

interface NewsProps {
  readonly removed: CartLine | null;
  readonly ended: CartLine | null;
  readonly unseen: Order | null;
}

/** What has happened to the cart besides what its lines show. */
export function News({ removed, ended, unseen }: NewsProps) {
  return (
    <div role="status" class="news">
      {unseen && (
        <p class="notice">
          {t('cart.wasPlaced')}{' '}
          <a href={`/orders/${encodeURIComponent(unseen.id)}`}>{t('cart.seeOrder')}</a>
        </p>
      )}
      {ended && (
        <p class="notice">
          {t('cart.holdEnded', { name: ended.name })} <a href={linkOf(ended)}>{t('cart.toSale')}</a>
        </p>
      )}
      {removed && <p class="unseen">{t('cart.removed', { name: removed.name })}</p>}
    </div>
  );
}
