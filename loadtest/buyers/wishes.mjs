/** What a buyer does with a hold: a third each, and every second of the payers orders a cart. */
const WISHES = ['confirm', 'release', 'expire', 'order', 'release', 'expire'];

/** How a hold may end for the one who wished so; who pays too late loses it to its deadline. */
export const ENDS = {
  confirm: ['confirmed', 'expired'],
  order: ['confirmed', 'expired'],
  release: ['released', 'expired'],
  expire: ['expired'],
};

export function wishOf(index) {
  return WISHES[index % WISHES.length];
}

/** Whether this buyer wants to pay for a hold. */
export function pays(index) {
  return ENDS[wishOf(index)].includes('confirmed');
}
