import { setTimeout as sleep } from 'node:timers/promises';

/** What `work` comes to, or `null` as soon as nobody waits for it any more. */
export async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T | null> {
  if (signal.aborted) return null;
  const done = new AbortController();
  const aborted = new Promise<null>((resolve) => {
    signal.addEventListener('abort', () => resolve(null), { once: true, signal: done.signal });
  });
  // A command of a client that is disconnected while it reconnects is never answered.
  work.catch(() => undefined);
  return Promise.race([work, aborted]).finally(() => done.abort());
}

/** Waits `ms` milliseconds, or until the signal says that nobody waits any more. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}
