import type { Answer } from '../client/index.js';
import { pause, retryOf } from '../client/retry.js';

/** A cart can wait for a moment, but a buyer wants to know that it does not work. */
const TRIES = 6;

const NEVER = new AbortController().signal;

/** Sends a request that may be repeated until it is answered, or has failed a few times. */
export async function untilAnswered<T>(request: () => Promise<Answer<T>>): Promise<Answer<T>> {
  for (let tries = 0; ; tries += 1) {
    const answer = await request();
    const retry = retryOf(answer, tries);
    if (retry === null || tries === TRIES) return answer;
    await pause(retry.afterMs, NEVER, retry.kind === 'offline');
  }
}

/** The code of what went wrong, for the words about it. */
export function codeOf(answer: Answer<unknown>): string {
  return answer.kind === 'problem' ? answer.problem.code : 'unreachable';
}
