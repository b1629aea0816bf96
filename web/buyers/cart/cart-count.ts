import { useEffect, useState } from 'preact/hooks';
import type { Cart } from '../../client/index.js';
import { readStored, writeStored } from '../../client/storage.js';

const STORAGE_KEY = 'dropgate.cart';
const CHANGED = 'dropgate-cart-changed';

/**
 * Remembers how many goods are in the cart, for the number beside its link: a visitor who only
 * looks around is asked for no identity, and a page asks for no cart that it does not show.
 */
export function rememberCart(cart: Cart): void {
  const goods = cart.items.reduce((sum, { quantity }) => sum + quantity, 0);
  if (goods === readStored<number>(STORAGE_KEY)) return;
  writeStored(STORAGE_KEY, goods);
  window.dispatchEvent(new Event(CHANGED));
}

function goodsInCart(): number {
  const kept = readStored<unknown>(STORAGE_KEY);
  return typeof kept === 'number' && Number.isInteger(kept) && kept > 0 ? kept : 0;
}

/** How many goods are in the cart as last seen, in this tab or another. */
export function useCartCount(): number {
  const [goods, show] = useState(goodsInCart);
  useEffect(() => {
    const follow = () => show(goodsInCart());
    window.addEventListener(CHANGED, follow);
    window.addEventListener('storage', follow);
    return () => {
      window.removeEventListener(CHANGED, follow);
      window.removeEventListener('storage', follow);
    };
  }, []);
  return goods;
}
