import { setTimeout as sleep } from 'node:timers/promises';
import type { Act, Exchange, Press, Told } from './diary.js';

/** What one buyer can do; each resolves with an answer for good, or when patience ends. */
export interface Hands {
  /** Another wish: a key of its own. */
  pressAgain(): Promise<Press>;
  look(attemptId: string): Promise<Exchange>;
  confirm(attemptId: string, reference: string): Promise<Act>;
  release(attemptId: string): Promise<Act>;
}

/** How buyers end, one after the other. */
const ENDS = [
  'confirm',
  'release',
  'confirm twice',
  'expire',
  'release, then confirm',
  'confirm',
  'expire, then release',
  'confirm, then release',
] as const;

/** Between two looks of a buyer who waits for something. */
const LOOK_MS = 60;

/** How long a buyer stands by before giving up, and how long any wait may take at all. */
const STANDBY_MS = 4_000;
const WAIT_MS = 60_000;

/** Lives an attempt, and sometimes a second one, to its end. */
export async function liveToTheEnd(hands: Hands, buyer: number, first: Told): Promise<void> {
  const [end, second] = (ENDS[buyer % ENDS.length] as string).split(', then ');
  await endOne(hands, first, end as string);
  if (!second) return;
  const { told } = await hands.pressAgain();
  if (told) await endOne(hands, told, second);
}

async function endOne(hands: Hands, attempt: Told, end: string): Promise<void> {
  const { id } = attempt;
  const decided = await lookUntil(hands, attempt, ['waiting'], WAIT_MS);
  const held = await lookUntil(hands, decided, ['standby'], STANDBY_MS);
  if (held.state === 'standby') {
    await hands.release(id);
  } else if (held.state === 'held' && end === 'expire') {
    await sleep(Math.max(0, Date.parse(held.holdExpiresAt ?? '') - Date.now()));
    await lookUntil(hands, held, ['held'], WAIT_MS);
  } else if (held.state === 'held' && end === 'release') {
    await hands.release(id);
  } else if (held.state === 'held') {
    await hands.confirm(id, `paid-${id}`);
    if (end !== 'confirm twice') return;
    await hands.confirm(id, `paid-${id}`);
    await hands.confirm(id, `paid-otherwise-${id}`);
  }
}

/** Looks until the attempt is in another state, or cannot be read any more, or for so long. */
async function lookUntil(
  hands: Hands,
  attempt: Told,
  leaving: readonly string[],
  ms: number,
): Promise<Told> {
  const until = performance.now() + ms;
  let now = attempt;
  while (leaving.includes(now.state) && performance.now() < until) {
    const { told, status } = await hands.look(now.id);
    if (told) now = told;
    else if (status === 404) return { ...now, state: 'gone' };
    await sleep(LOOK_MS);
  }
  return now;
}
