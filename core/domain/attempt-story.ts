import type { AttemptState } from './attempt.js';
import type { TalliedAttempt } from './sale-tally.js';

/** A state that an attempt came to, and when (milliseconds since the epoch). */
export interface Step {
  readonly state: AttemptState;
  readonly at: number;
}

/** Every state that an attempt had, oldest first. */
export function stepsOf(attempt: TalliedAttempt): Step[] {
  const { state, enteredAt, standbyAt, heldAt, changedAt } = attempt;
  const steps: Step[] = [{ state: 'waiting', at: enteredAt }];
  if (standbyAt !== null) steps.push({ state: 'standby', at: standbyAt });
  if (heldAt !== null) steps.push({ state: 'held', at: heldAt });
  if (steps.at(-1)?.state !== state) steps.push({ state, at: changedAt });
  return steps;
}

/** In one word why an attempt came out as it did. */
export function outcomeOf({ state, wasHeld }: Pick<TalliedAttempt, 'state' | 'wasHeld'>) {
  if (state !== 'released') return state;
  return wasHeld ? 'released-hold' : 'released-in-line';
}
