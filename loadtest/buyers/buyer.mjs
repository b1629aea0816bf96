import { setTimeout as sleep } from 'node:timers/promises';
import { now } from './diary.mjs';
import { mannersOf } from './manners.mjs';

/** How long a buyer stays after the answer at least, to notice one that takes it back. */
const LOOK_BACK_MS = 1_000;
const MOST_TRIES = 30;

/**
 * One buyer's visit, the same at both doors. `door` has
 * `press(press)` → `{status, attempt?, retryAfterMs}` (status 0: no answer came),
 * `decided(answer, deadline)` → settles once told or out of patience,
 * `lookBack(attemptIds)` and `leave()`, and may have `arrive(tabs)`.
 * @returns {Promise<{clickedAt: number, toldAt: number | null}>}
 */
export async function visit({ index, door, patienceMs, staysUntil }) {
  const manners = mannersOf(index);
  const clickedAt = now();
  const deadline = Date.now() + patienceMs;
  const watched = new Map();
  const pressAll = (presses) =>
    Promise.all(presses.map((press) => pressAndWait({ press, door, deadline, watched })));
  const told = await pressAll(manners.filter((press) => !press.once));
  const times = told.filter((time) => time !== null);
  await pressAll(manners.filter((press) => press.once));
  await sleep(Math.max(staysUntil - Date.now(), LOOK_BACK_MS));
  await door.lookBack([...watched.keys()]);
  door.leave();
  return { clickedAt, toldAt: times.length > 0 ? Math.min(...times) : null };
}

/** Presses until the door answers, then waits until that attempt is decided. */
async function pressAndWait({ press, door, deadline, watched }) {
  if (press.afterMs) await sleep(press.afterMs);
  const answer = await untilAnswered(() => door.press(press), deadline);
  if (!answer.attempt) return isRefusal(answer.status) ? now() : null;
  const { id } = answer.attempt;
  if (!watched.has(id)) watched.set(id, door.decided(answer, deadline));
  return (await watched.get(id)) ? now() : null;
}

/** Overload, a fault and a lost connection are no answers: the same request again, when told. */
export async function untilAnswered(ask, deadline) {
  let answer = await ask();
  for (let tries = 1; mayRetry(answer, tries, deadline); tries += 1) {
    await sleep(Math.min(pauseFor(answer, tries), deadline - Date.now()));
    answer = await ask();
  }
  return answer;
}

function mayRetry({ status }, tries, deadline) {
  return isPassing(status) && tries < MOST_TRIES && Date.now() < deadline;
}

/** Whether an answer asks to come again instead of being one. */
export function isPassing(status) {
  return status === 0 || status === 429 || status >= 500;
}

function isRefusal(status) {
  return status >= 400 && !isPassing(status);
}

/** The server's own Retry-After, else rising; never in step with the others. */
export function pauseFor({ retryAfterMs }, tries) {
  return (retryAfterMs ?? Math.min(250 * tries, 2_000)) + Math.random() * 100;
}
