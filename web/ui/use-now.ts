import { useEffect, useState } from 'preact/hooks';

/** Timers show whole seconds; a quarter second keeps them from skipping one. */
const TICK_MS = 250;

/**
 * The time by `clock`, for a component that counts.
 * @param counts whether anything is to be counted: else the component is left alone
 */
export function useNow(clock: () => number, counts: boolean): number {
  const [, tick] = useState(0);
  useEffect(() => {
    if (!counts) return;
    const timer = setInterval(() => tick((n) => n + 1), TICK_MS);
    return () => clearInterval(timer);
  }, [counts]);
  return clock();
}
