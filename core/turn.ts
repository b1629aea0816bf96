let turn: Promise<void> | null = null;

/**
 * Resolves once this turn of the event loop has read what its sockets had for it, for all who wait
 * at once. They go on side by side: each step of theirs is done for all of them before the next,
 * so its code is in the processor's caches for all but the first. In the second that a sale opens
 * that is most of what a step costs.
 */
export function endOfTurn(): Promise<void> {
  turn ??= new Promise((resolve) => {
    setImmediate(() => {
      turn = null;
      resolve();
    });
  });
  return turn;
}
