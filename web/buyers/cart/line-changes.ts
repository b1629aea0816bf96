import { useRef, useState } from 'preact/hooks';
import type { Answer, Cart } from '../../client/index.js';
import { dropgate } from '../dropgate.js';
import { codeOf, untilAnswered } from '../until-answered.js';

export interface LineChanges {
  readonly refusal: string | null;
  /** Nothing is left to be sent or answered. */
  readonly settled: boolean;
  /** Sets the quantity of the line; 0 takes it out. */
  readonly want: (quantity: number) => void;
}

/**
 * Sends changes of one line one after the other: of those that were made meanwhile only the last,
 * so that whoever holds an arrow key down ends with what the field shows.
 */
export function useLineChanges(productId: string, onChange: (cart: Cart) => void): LineChanges {
  const [refusal, refuse] = useState<string | null>(null);
  const [settled, settle] = useState(true);
  const next = useRef<{ wanted: number | null; sending: boolean }>({
    wanted: null,
    sending: false,
  }).current;
  const sendAll = async () => {
    next.sending = true;
    settle(false);
    while (next.wanted !== null) {
      const quantity = next.wanted;
      next.wanted = null;
      const answer = await untilAnswered(() => change(productId, quantity));
      refuse(answer.kind === 'ok' ? null : codeOf(answer));
      if (answer.kind === 'ok' && next.wanted === null) onChange(answer.body);
    }
    next.sending = false;
    settle(true);
  };
  const want = (quantity: number) => {
    next.wanted = quantity;
    if (!next.sending) void sendAll();
  };
  return { refusal, settled, want };
}

function change(productId: string, quantity: number): Promise<Answer<Cart>> {
  return quantity === 0
    ? dropgate.calls.removeCartItem(productId)
    : dropgate.calls.setCartItem(productId, quantity);
}
