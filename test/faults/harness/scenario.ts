import type { Verdict } from '../checker/checker.js';
import type { Random } from './random.js';

/** Where one play of a scenario happens. */
export interface Stage {
  /** Seeded: every choice of moment, victim and fault comes from here. */
  readonly random: Random;
  /** Whether it is to be over soon: a part of `npm test`. */
  readonly short: boolean;
  say(text: string): void;
}

/** What one play has shown. */
export interface Outcome {
  readonly verdict: Verdict;
  /** From the fault to the first decision, or the first good answer, after it. */
  readonly recoveryMs: number | null;
  /** Each of them, when one play has several. */
  readonly recoveries?: readonly number[];
  /** Acknowledged attempts may be lost here: they are counted and told, and fail nothing. */
  readonly expectedLoss?: boolean;
  /** Another system, played to compare: nothing that it breaks fails anything. */
  readonly comparison?: boolean;
  readonly note?: string;
}

/** A fault, or several, done to a whole system under load. */
export interface Scenario {
  readonly name: string;
  readonly what: string;
  readonly inShort: boolean;
  /** What this machine lacks for it, in words; `null` when nothing. */
  readonly missing?: () => string | null;
  play(stage: Stage): Promise<Outcome>;
}
