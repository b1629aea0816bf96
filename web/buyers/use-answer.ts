import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { Answer } from '../client/index.js';
import { pause, retryOf } from '../client/retry.js';

export interface Loaded<T> {
  /** What was last answered; `null` until the first answer. */
  readonly value: T | null;
  /** The code of a final refusal, such as `not-found`. */
  readonly problem: string | null;
  /** Whether `value` may be old: the last question was not answered. */
  readonly stale: boolean;
  /** Asks now. */
  readonly again: () => void;
  /** Shows what another request has answered. */
  readonly put: (value: T) => void;
}

/**
 * Asks until there is an answer, and again every `everyMs`, if given, and whenever the page comes
 * back from sleep. `ask` must stay the same for as long as the question does.
 */
export function useAnswer<T>(ask: () => Promise<Answer<T>>, everyMs: number | null): Loaded<T> {
  const [shown, show] = useState({
    value: null as T | null,
    problem: null as string | null,
    stale: false,
  });
  const hurry = useRef(() => {});
  const again = useCallback(() => hurry.current(), []);
  const put = useCallback((value: T) => show({ value, problem: null, stale: false }), []);
  useEffect(() => {
    const stop = new AbortController();
    const hear = (answer: Answer<T>) => show((before) => heard(before, answer));
    void keepAsking(ask, everyMs, stop.signal, hear, (wake) => {
      hurry.current = wake;
    });
    const wakeUp = () => !document.hidden && hurry.current();
    document.addEventListener('visibilitychange', wakeUp);
    return () => {
      stop.abort();
      document.removeEventListener('visibilitychange', wakeUp);
    };
  }, [ask, everyMs]);
  return { ...shown, again, put };
}

type Shown<T> = Pick<Loaded<T>, 'value' | 'problem' | 'stale'>;

function heard<T>(before: Shown<T>, answer: Answer<T>): Shown<T> {
  if (answer.kind === 'ok') return { value: answer.body, problem: null, stale: false };
  if (retryOf(answer, 0) !== null) return { ...before, stale: true };
  return { ...before, problem: answer.kind === 'problem' ? answer.problem.code : null };
}

async function keepAsking<T>(
  ask: () => Promise<Answer<T>>,
  everyMs: number | null,
  stop: AbortSignal,
  hear: (answer: Answer<T>) => void,
  wakeBy: (wake: () => void) => void,
): Promise<void> {
  let failures = 0;
  while (!stop.aborted) {
    const answer = await ask();
    if (stop.aborted) return;
    hear(answer);
    const retry = retryOf(answer, failures);
    failures = retry === null ? 0 : failures + 1;
    const wait = retry?.afterMs ?? everyMs ?? Number.POSITIVE_INFINITY;
    await pauseOrWake(wait, stop, retry !== null, wakeBy);
    // Nobody looks: nothing is asked until somebody does.
    while (document.hidden && !stop.aborted) {
      await pauseOrWake(Number.POSITIVE_INFINITY, stop, false, wakeBy);
    }
  }
}

/** Longer than any page lives, shorter than a timer can count. */
const FOR_EVER_MS = 2 ** 31 - 1;

async function pauseOrWake(
  milliseconds: number,
  stop: AbortSignal,
  wakeOnline: boolean,
  wakeBy: (wake: () => void) => void,
): Promise<void> {
  const woken = new AbortController();
  wakeBy(() => woken.abort());
  const end = AbortSignal.any([stop, woken.signal]);
  await pause(Math.min(milliseconds, FOR_EVER_MS), end, wakeOnline);
}
