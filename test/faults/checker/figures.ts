import type { Verdict } from './checker.js';

/** One row of a table of runs. */
export interface Figures {
  readonly acknowledged: number;
  readonly decided: number;
  /** Attempts that were acknowledged, and of which what was told is not so any more. */
  readonly lost: number;
  readonly decidedTwice: number;
  /** Units. */
  readonly oversold: number;
  readonly inversions: number;
  readonly holdsEndedTwice: number;
  readonly drift: number;
}

export function figures(verdict: Verdict): Figures {
  const { acknowledged, decided, oversold, findings } = verdict;
  const count = (...kinds: string[]) =>
    kinds.reduce((sum, kind) => sum + (findings[kind]?.length ?? 0), 0);
  return {
    ...{ acknowledged, decided, oversold },
    lost: count('lost'),
    decidedTwice: count('decided twice', 'doubled'),
    inversions: count('order inversions', 'decided out of order', 'passed over in standby'),
    holdsEndedTwice: count('holds ended twice'),
    drift: count('feed, Redis and ledger differ', 'orders and confirmations differ'),
  };
}
