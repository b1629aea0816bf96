import { Random } from './random.js';
import type { Scenario } from './scenario.js';

/** One entry of a run's programme. */
export interface Planned {
  readonly scenario: Scenario;
  readonly seed: number;
}

/**
 * What a run plays, without end: every scenario once in an order that the seed gives, then all of
 * them again in another. A scenario's nth time has the nth seed from the run's own, so that any
 * play is the first one of a run with its seed.
 */
export function* plan(scenarios: readonly Scenario[], seed: number): Generator<Planned> {
  const random = Random.of(seed, 'order');
  for (let time = 0; scenarios.length > 0; time += 1) {
    for (const scenario of random.shuffled(scenarios)) yield { scenario, seed: seed + time };
  }
}
