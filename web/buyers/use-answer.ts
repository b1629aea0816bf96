import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { Answer } from '../client/index.js';
import { retryOf } from '../client/retry.js';
import { Asking } from './asking.js';

interface Shown<T> {
  /** What was last answered; `null` until the first answer. */
  readonly value: T | null;
  /** The code of a final refusal, such as `not-found`. */
  readonly problem: string | null;
  /** Whether `value` may be old: the last question was not answered. */
  readonly stale: boolean;
}

export interface Loaded<T> extends Shown<T> {
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
  const [shown, show] = useState<Shown<T>>({ value: null, problem: null, stale: false });
  const current = useRef<Asking<T> | null>(null);
  const again = useCallback(() => current.current?.again(), []);
  const put = useCallback((value: T) => {
    current.current?.overtake();
    show({ value, problem: null, stale: false });
  }, []);
  useEffect(() => {
    const asking = new Asking(ask, everyMs, (answer) => show((before) => heard(before, answer)));
    current.current = asking;
    void asking.run();
    const wakeUp = () => !document.hidden && asking.again();
    document.addEventListener('visibilitychange', wakeUp);
    return () => {
      asking.stop();
      document.removeEventListener('visibilitychange', wakeUp);
    };
  }, [ask, everyMs]);
  return { ...shown, again, put };
}

function heard<T>(before: Shown<T>, answer: Answer<T>): Shown<T> {
  if (answer.kind === 'ok') return { value: answer.body, problem: null, stale: false };
  if (retryOf(answer, 0) !== null) return { ...before, stale: true };
  return { ...before, problem: answer.kind === 'problem' ? answer.problem.code : null };
}
