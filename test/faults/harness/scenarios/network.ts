import { setTimeout as sleep } from 'node:timers/promises';
import type { Step } from '../../../support/fragile.js';
import type { Way } from '../../../support/weather.js';
import { within } from '../../../support/within.js';
import type { Member } from '../member.js';
import type { Random } from '../random.js';
import type { Scenario } from '../scenario.js';
import type { Stand } from '../stand.js';
import { again, type Strike } from '../strike.js';

type Victim = 'gateway' | 'worker';

type Wire = Step['wire'];

/** Does something to one link of a process; resolves when the link is good again. */
type Trouble = (victim: Member, wire: Wire, random: Random, short: boolean) => Promise<void>;

/** How long a link stays bad: short of, and well beyond, every time-out of ours. */
function badFor(random: Random, short: boolean): Promise<void> {
  return sleep(short ? random.int(500, 2_000) : random.int(500, 12_000));
}

const cut: Trouble = async ({ wires }, wire, random) => {
  const times = random.int(1, 5);
  for (let time = 0; time < times; time += 1) {
    wires.taps[wire].cut();
    await sleep(random.int(0, 200));
  }
};

const delay: Trouble = async ({ wires }, wire, random, short) => {
  const tap = wires.taps[wire];
  tap.delay(random.int(50, 500));
  await badFor(random, short);
  tap.mend('late');
};

const loseReplies: Trouble = async ({ wires, daemon }, wire, random) => {
  const times = random.int(1, 8);
  for (let time = 0; time < times && daemon.running; time += 1) {
    const lost = wires.taps[wire].loseReply(random.int(1, 20));
    const ended = new Promise((resolve) => daemon.child.once('exit', resolve));
    await within(Promise.race([lost, ended]), 60_000, 'twenty requests');
  }
};

/** What was held back may arrive long after everybody gave it up: a command from the past. */
function hole(ways: readonly Way[]): Trouble {
  return async ({ wires }, wire, random, short) => {
    const tap = wires.taps[wire];
    tap.hold(ways);
    await badFor(random, short);
    tap.mend(random.pick(['late', 'lost']));
  };
}

const TROUBLES: Readonly<Record<string, Trouble>> = {
  cut,
  delay,
  'replies lost': loseReplies,
  'black hole': hole(['to', 'from']),
  'nothing gets there': hole(['to']),
  'nothing comes back': hole(['from']),
};

async function victimOf(stand: Stand, kind: Victim, random: Random): Promise<Member> {
  return kind === 'worker' ? stand.owner() : random.pick(stand.runningGateways);
}

/** Makes the link of one process to one server bad in a way that the seed gives. */
export function badLink(kind: Victim, wire: Wire): Strike {
  return {
    name: `network-${kind}-${wire}`,
    what: `the link of a ${kind} to ${wire === 'redis' ? 'Redis' : 'MySQL'} is cut, late, loses answers or swallows all`,
    async act(stand, random, short) {
      const victim = await victimOf(stand, kind, random);
      const trouble = random.pick(Object.keys(TROUBLES));
      const from = stand.run.feed.entries.length;
      await (TROUBLES[trouble] as Trouble)(victim, wire, random, short);
      const mended = Date.now();
      if (kind === 'gateway') return stand.untilServed(victim, mended);
      // Its lane may have gone to another worker meanwhile.
      await stand.untilDecided(mended, stand.run.feed.entries.length);
      return stand.pauseSince(from);
    },
  };
}

export const badLinks: readonly Strike[] = [
  badLink('gateway', 'redis'),
  badLink('worker', 'redis'),
  badLink('gateway', 'mysql'),
  badLink('worker', 'mysql'),
];

export const scenarios: readonly Scenario[] = badLinks.map((strike) =>
  again(strike, { times: 6, timesInShort: strike.name.endsWith('redis') ? 1 : 0 }),
);
