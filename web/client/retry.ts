import type { Answer, TroubleKind } from './dropgate-client.js';

export interface Retry {
  kind: TroubleKind;
  afterMs: number;
}

/** A 429 that does not end is an answer, not an overload; so is a fault. A 503 is waited out. */
const TRIES: Record<number, number> = { 429: 8, 500: 5, 501: 0, 505: 0 };
const CAP_MS = 15_000;

/**
 * Whether and when a request is to be sent again; `null` means that the answer is final. Never
 * sooner than Retry-After says, and spread out, so that thousands do not return in one second.
 */
export function retryOf(
  answer: Answer<unknown>,
  tries: number,
  random: () => number = Math.random,
): Retry | null {
  if (answer.kind === 'ok') return null;
  const growing = Math.min(CAP_MS, 1_000 * 2 ** Math.min(tries, 5));
  if (answer.kind === 'unreachable') {
    return { kind: 'offline', afterMs: Math.round(growing * (0.5 + random() / 2)) };
  }
  const { status, code } = answer.problem;
  if (status !== 429 && status < 500) return null;
  if (tries >= (TRIES[status] ?? Number.POSITIVE_INFINITY)) return null;
  const named = answer.retryAfterMs ?? growing;
  return { kind: kindOf(status, code), afterMs: Math.round(named * (1 + random() / 2)) };
}

function kindOf(status: number, code: string): TroubleKind {
  if (status === 429) return 'too-fast';
  return status === 503 && code !== 'recovering' ? 'overloaded' : 'recovering';
}

/** Waits, but no longer than until the network returns or `stop` is raised. */
export function pause(milliseconds: number, stop: AbortSignal, wakeOnline: boolean): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timeout);
      stop.removeEventListener('abort', end);
      window.removeEventListener('online', end);
      resolve();
    };
    const timeout = setTimeout(end, milliseconds);
    stop.addEventListener('abort', end);
    if (wakeOnline) window.addEventListener('online', end);
    if (stop.aborted) end();
  });
}
