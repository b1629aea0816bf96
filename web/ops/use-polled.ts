import { useEffect, useRef, useState } from 'preact/hooks';
import type { Problem } from '../../core/contract.js';
import type { Answer } from '../client/http.js';
import { leaveForLogin } from './session.js';

export interface Polled<T> {
  /** The last good answer. */
  readonly value: T | null;
  /** When it came; milliseconds since the epoch. */
  readonly asOf: number | null;
  /** What the server said instead, or `unreachable`; `null` while all is well. */
  readonly trouble: Problem | 'unreachable' | null;
  /** Asks at once, such as after a change. */
  readonly again: () => void;
}

type Ask<T> = (known: T | null) => Promise<Answer<T>>;
type Result<T> = Omit<Polled<T>, 'again'>;

const NOTHING = { value: null, asOf: null, trouble: null };

function resultOf<T>(before: Result<T>, answer: Answer<T>): Result<T> {
  if (answer.kind === 'ok') return { value: answer.body, asOf: Date.now(), trouble: null };
  return { ...before, trouble: answer.kind === 'problem' ? answer.problem : 'unreachable' };
}

/**
 * Asks again and again while the page can be seen, and at once when it is seen again.
 * @param subject what is asked about: when it changes, what is known is dropped
 */
export function usePolled<T>(ask: Ask<T>, everyMs: number, subject = ''): Polled<T> {
  const [result, show] = useState<Result<T>>(NOTHING);
  const asking = useRef(ask);
  asking.current = ask;
  const again = useRef(() => {});
  useEffect(() => {
    const poll = startPolling<T>((known) => asking.current(known), everyMs, show);
    again.current = poll.again;
    return poll.stop;
  }, [everyMs, subject]);
  return { ...result, again: () => again.current() };
}

function startPolling<T>(ask: Ask<T>, everyMs: number, show: (result: Result<T>) => void) {
  let known: Result<T> = NOTHING;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stopped = false;
  /** Rises with each question: the answer to an older one comes too late to be shown. */
  let round = 0;
  const run = async () => {
    clearTimeout(timer);
    round += 1;
    const mine = round;
    const answer = await ask(known.value);
    if (stopped || mine !== round) return;
    known = resultOf(known, answer);
    show(known);
    const loggedOut = answer.kind === 'problem' && answer.problem.status === 401;
    if (!(loggedOut && leaveForLogin())) timer = setTimeout(tick, everyMs);
  };
  const tick = () => {
    if (!document.hidden) void run();
  };
  document.addEventListener('visibilitychange', tick);
  show(NOTHING);
  void run();
  const stop = () => {
    stopped = true;
    clearTimeout(timer);
    document.removeEventListener('visibilitychange', tick);
  };
  return { again: () => void run(), stop };
}
