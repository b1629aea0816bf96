import { useEffect, useState } from 'preact/hooks';
import type { Product } from '../client/index.js';
import { dropgate } from './dropgate.js';

/** How many units of ordinary goods can be bought, as it is told from moment to moment. */
export function useStock(product: Pick<Product, 'id' | 'available'>): number {
  const [available, show] = useState(product.available);
  // By the answer, not by its number: the same number again may follow a push that was missed.
  useEffect(() => show(product.available), [product]);
  useEffect(
    () => dropgate.onStock((stock) => stock.productId === product.id && show(stock.available)),
    [product.id],
  );
  return available;
}
