import { useEffect, useState } from 'preact/hooks';
import type { Cart, Order } from '../../client/index.js';
import { codeOf } from '../until-answered.js';
import { rememberCart } from './cart-count.js';
import { type Blocking, blockingOf, findUnseenOrder, placeOrder } from './place-order.js';

interface State {
  /** The cart as it is being ordered; the page shows this one until there is an answer. */
  readonly ordering: Cart | null;
  readonly refusal: string | null;
  readonly blocking: readonly Blocking[];
  /** An order of before, of which the buyer has not heard. */
  readonly unseen: Order | null;
}

export interface Checkout extends State {
  readonly order: (cart: Cart) => void;
  /** The cart has changed: what was said of it does not hold any more. */
  readonly forget: () => void;
}

const NOTHING: State = { ordering: null, refusal: null, blocking: [], unseen: null };

/** @param onRefused the cart is not as the buyer thought */
export function useCheckout(onRefused: () => void): Checkout {
  const [state, show] = useState(NOTHING);
  const forget = () => show((before) => ({ ...before, refusal: null, blocking: [] }));
  const tellUnseen = async () => {
    const unseen = await findUnseenOrder();
    if (unseen) show((before) => (before.ordering ? before : { ...NOTHING, unseen }));
  };
  useEffect(() => {
    void tellUnseen();
    // The browser's way back shows this page as it was left, in the middle of ordering.
    const comeBack = (event: PageTransitionEvent) => event.persisted && show(NOTHING);
    window.addEventListener('pageshow', comeBack);
    return () => window.removeEventListener('pageshow', comeBack);
  }, []);
  const order = async (cart: Cart) => {
    show({ ...NOTHING, ordering: cart });
    const answer = await placeOrder();
    if (answer.kind === 'ok') {
      rememberCart({ ...cart, items: [] });
      location.assign(`/orders/${encodeURIComponent(answer.body.id)}?new`);
      return;
    }
    show({ ...NOTHING, refusal: codeOf(answer), blocking: blockingOf(answer) });
    onRefused();
    await tellUnseen();
  };
  return { ...state, order: (cart) => void order(cart), forget };
}
