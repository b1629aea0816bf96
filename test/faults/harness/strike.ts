import type { Random } from './random.js';
import type { Outcome, Scenario } from './scenario.js';
import { Stand, type StandOptions } from './stand.js';

/** One fault done to a system under load, and undone. */
export interface Strike {
  readonly name: string;
  readonly what: string;
  /** Resolves, when all works again, with the recovery's milliseconds. */
  act(stand: Stand, random: Random, short: boolean): Promise<number | null>;
}

export interface Struck {
  readonly times: number;
  /** How many in the short form; 0: not there. */
  readonly timesInShort: number;
  readonly options?: StandOptions;
  readonly missing?: () => string | null;
}

/** A scenario that does the same to one system again and again, at seeded moments. */
export function again(strike: Strike, how: Struck): Scenario {
  const { times, timesInShort, options = {}, missing } = how;
  return {
    name: strike.name,
    what: strike.what,
    inShort: timesInShort > 0,
    ...(missing ? { missing } : {}),
    play: ({ random, short }) =>
      Stand.during(options, async (stand): Promise<Outcome> => {
        const recoveries: number[] = [];
        for (let time = 0; time < (short ? timesInShort : times); time += 1) {
          await stand.run.crowd.untilMore(random.int(20, 60));
          const recovery = await strike.act(stand, random, short);
          if (recovery !== null) recoveries.push(recovery);
        }
        await stand.run.crowd.untilMore(40);
        return outcomeOf(stand, recoveries);
      }),
  };
}

/** Ends the load and judges it. */
export async function outcomeOf(stand: Stand, recoveries: readonly number[]): Promise<Outcome> {
  const verdict = await stand.run.verdict();
  const recoveryMs = recoveries.length > 0 ? Math.max(...recoveries) : null;
  return { verdict, recoveryMs, recoveries };
}
