import type { Random } from './random.js';
import type { Outcome, Scenario, Stage } from './scenario.js';
import { Shoppers } from './shoppers.js';
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
}

/** A scenario that does the same to one system again and again, at seeded moments. */
export function again(strike: Strike, { times, timesInShort }: Struck): Scenario {
  return {
    name: strike.name,
    what: strike.what,
    inShort: timesInShort > 0,
    play: ({ random, short }) =>
      underLoad(random, {}, async (stand) => {
        const recoveries: number[] = [];
        for (let time = 0; time < (short ? timesInShort : times); time += 1) {
          await stand.run.crowd.untilMore(random.int(20, 60));
          const recovery = await strike.act(stand, random, short);
          if (recovery !== null) recoveries.push(recovery);
        }
        return recoveries;
      }),
  };
}

/**
 * Does something to a system in which a crowd presses Buy and others confirm, leave, order, restock
 * and change; judges what all of them were told.
 * @param act answers the recoveries, in milliseconds
 */
export function underLoad(
  random: Stage['random'],
  options: StandOptions,
  act: (stand: Stand, shoppers: Shoppers) => Promise<readonly number[]>,
): Promise<Outcome> {
  return Stand.during(options, async (stand) => {
    const shoppers = new Shoppers(stand, random.fork()).start();
    const recoveries = await act(stand, shoppers);
    await stand.run.crowd.untilMore(40);
    await shoppers.stop();
    const verdict = await stand.run.verdict();
    stand.expectNoCrash();
    const wrong = await shoppers.broken();
    const recoveryMs = recoveries.length > 0 ? Math.max(...recoveries) : null;
    const findings = { ...verdict.findings, 'promised and not kept': wrong };
    return { verdict: { ...verdict, findings }, recoveryMs, recoveries };
  });
}
