import type { Random } from '../random.js';
import type { Scenario } from '../scenario.js';
import { type Strike, underLoad } from '../strike.js';
import { badLinks } from './network.js';
import { freezeGateway, freezeOwner, killGateway, killOwner, restartAll } from './process.js';

const STRIKES: readonly Strike[] = [
  killOwner,
  killGateway,
  freezeOwner,
  freezeGateway,
  restartAll,
  ...badLinks,
];

const TIMES = 4;

/** Two different ones, and what each of them chooses for itself. */
function twoOf(random: Random): readonly { readonly strike: Strike; readonly random: Random }[] {
  const [one, other] = random.shuffled(STRIKES) as [Strike, Strike];
  return [one, other].map((strike) => ({ strike, random: random.fork() }));
}

export const scenarios: readonly Scenario[] = [
  {
    name: 'two-at-once',
    what: 'two faults of processes or of the network at the same time',
    inShort: false,
    play: ({ random, short, say }) =>
      underLoad(random, {}, async (stand) => {
        const from = stand.run.feed.entries.length;
        for (let time = 0; time < TIMES; time += 1) {
          await stand.run.crowd.untilMore(random.int(20, 60));
          const two = twoOf(random);
          say(two.map(({ strike }) => strike.name).join(' and '));
          await Promise.all(two.map(({ strike, random: own }) => strike.act(stand, own, short)));
        }
        // Both workers may have been struck at once: that is no takeover, so no recovery is counted.
        say(`longest time without a decision: ${stand.pauseSince(from)} ms`);
        return [];
      }),
  },
];
