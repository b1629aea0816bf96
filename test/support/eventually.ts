import { setImmediate as turn } from 'node:timers/promises';

/**
 * Asks again and again until the answer fits, and returns it.
 * @throws Error with the last answer when it does not fit in time
 */
export async function eventually<T>(
  ask: () => Promise<T>,
  fits: (answer: T) => boolean,
  timeoutMs = 15_000,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (fits(answer)) return answer;
    if (Date.now() > deadline) throw new Error(`never so: ${JSON.stringify(answer)}`);
    await turn();
  }
}
