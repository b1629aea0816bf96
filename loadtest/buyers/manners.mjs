/**
 * How a buyer presses Buy. A press is `{key, tab, afterMs?, once?}`: presses with one key are
 * retries of one request, others are new wishes; a tab talks to a gateway of its own choice;
 * `once: 'answered'` means that the buyer comes back after having been told.
 */
const ONCE = [{ key: 'a', tab: 0 }];

const REPEATED = [
  // a double click: one request, sent again at once, also to another gateway
  [
    { key: 'a', tab: 0 },
    { key: 'a', tab: 0 },
    { key: 'a', tab: 1 },
  ],
  // several tabs at the same moment
  [
    { key: 'a', tab: 0 },
    { key: 'b', tab: 1 },
    { key: 'c', tab: 2 },
  ],
  // an impatient one, while still waiting
  [
    { key: 'a', tab: 0 },
    { key: 'a', tab: 0, afterMs: 150 },
    { key: 'b', tab: 0, afterMs: 300 },
  ],
  // one who tries again after the answer, with the old request and a new one
  [
    { key: 'a', tab: 0 },
    { key: 'a', tab: 1, once: 'answered' },
    { key: 'b', tab: 1, once: 'answered' },
  ],
];

/** One buyer in five presses several times. */
export function mannersOf(index) {
  if (index % 5 !== 4) return ONCE;
  return REPEATED[Math.floor(index / 5) % REPEATED.length];
}

/** The tabs that are open before the first press. */
export function tabsAtFirst(index) {
  const first = mannersOf(index).filter(({ once }) => !once);
  return [...new Set(first.map(({ tab }) => tab))];
}
