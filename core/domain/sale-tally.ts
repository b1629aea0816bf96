import { ATTEMPT_STATES, type AttemptState } from './attempt.js';
import { Durations } from './durations.js';
import { PromiseCount } from './promise.js';

/** What a tally asks of an attempt; times in milliseconds since the epoch. */
export interface TalliedAttempt {
  readonly ticket: number;
  readonly state: AttemptState;
  readonly quantity: number;
  readonly enteredAt: number;
  readonly standbyAt: number | null;
  readonly heldAt: number | null;
  readonly changedAt: number;
  /** Also of attempts that are older than `heldAt` is. */
  readonly wasHeld: boolean;
}

/** When the line had decided it for the first time; `null`: it left before, or is still waiting. */
export function decidedAt({ state, standbyAt, heldAt, changedAt }: TalliedAttempt): number | null {
  if (standbyAt !== null || heldAt !== null) return standbyAt ?? heldAt;
  return state === 'sold-out' || state === 'rejected' ? changedAt : null;
}

/** Attempts, and the units they asked for. */
class Crowd {
  attempts = 0;
  units = 0;

  add({ quantity }: TalliedAttempt): void {
    this.attempts += 1;
    this.units += quantity;
  }
}

/** What a sale's attempts come to. They are taken in one by one, in ticket order, and not kept. */
export class SaleTally {
  readonly states = Object.fromEntries(ATTEMPT_STATES.map((state) => [state, 0])) as Record<
    AttemptState,
    number
  >;
  readonly waiting = new Durations();
  readonly confirming = new Durations();
  readonly promise = new PromiseCount();
  readonly standby = { entered: 0, held: 0, missed: 0 };
  readonly entered = new Crowd();
  readonly held = new Crowd();
  readonly confirmed = new Crowd();
  firstEnteredAt: number | null = null;
  lastChangedAt: number | null = null;
  /** When the line got its last hold; what comes back later goes to standby first. */
  lastHeldFromLineAt: number | null = null;

  add(attempt: TalliedAttempt): void {
    const { ticket, state, enteredAt, heldAt, changedAt } = attempt;
    const decided = decidedAt(attempt);
    this.states[state] += 1;
    this.firstEnteredAt ??= enteredAt;
    this.lastChangedAt = Math.max(this.lastChangedAt ?? 0, changedAt);
    this.entered.add(attempt);
    if (attempt.wasHeld) this.held.add(attempt);
    if (decided !== null) this.waiting.add(decided - enteredAt);
    this.promise.add({ ticket, enteredAt, decidedAt: decided });
    this.#addStandby(attempt);
    if (state !== 'confirmed') return;
    this.confirmed.add(attempt);
    if (heldAt !== null) this.confirming.add(changedAt - heldAt);
  }

  #addStandby({ state, standbyAt, heldAt, wasHeld }: TalliedAttempt): void {
    if (standbyAt === null) {
      if (heldAt !== null) this.lastHeldFromLineAt = Math.max(this.lastHeldFromLineAt ?? 0, heldAt);
      return;
    }
    this.standby.entered += 1;
    if (wasHeld) this.standby.held += 1;
    else if (state !== 'standby') this.standby.missed += 1;
  }
}
