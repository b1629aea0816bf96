import { within } from '../../../support/within.js';
import type { Member } from '../member.js';
import { GATEWAY_POINTS, HEIR_POINTS, loadScripts, OWNER_POINTS, type Point } from '../points.js';
import type { Scenario } from '../scenario.js';
import type { Stand, StandOptions } from '../stand.js';
import { underLoad } from '../strike.js';

/** One lane, so that its owner does whatever is done; what is over is archived at once. */
const ONE_LANE: StandOptions = { lanes: 1, env: { ARCHIVE_AFTER_SECONDS: '0' } };

/** A point that is not reached in this time is not on the way any more. */
const REACHED_MS = 60_000;

const IN_SHORT = 3;

/** Kills the process when it comes to the point; resolves, once it is dead, with when that was. */
async function killAt(stand: Stand, point: Point, victim: Member): Promise<number> {
  let killed = 0;
  const dead = victim.wires.killAt(point, () => {
    killed = Date.now();
    return victim.daemon;
  });
  await point.provoke?.(stand);
  await within(dead, REACHED_MS, `the ${victim.daemon.name} comes to: ${point.name}`);
  return killed;
}

async function killOwnerAt(stand: Stand, point: Point): Promise<number> {
  const owner = await stand.owner();
  const token = await stand.run.token();
  const from = stand.run.feed.entries.length;
  const killed = await killAt(stand, point, owner);
  const recovery = await stand.untilDecided(killed + 1, from, token);
  await stand.startWorker();
  return recovery;
}

/** The owner dies, and the one that takes over after it dies there, too. */
async function killHeirAt(stand: Stand, point: Point): Promise<number> {
  const owner = await stand.owner();
  const heir = stand.runningWorkers.find((worker) => worker !== owner);
  if (!heir) throw new Error('nobody stands by');
  // A third one looks on until the heir is dead: else it might be the heir.
  const next = await stand.startWorker();
  next.daemon.child.kill('SIGSTOP');
  const from = stand.run.feed.entries.length;
  await Promise.all([killAt(stand, point, heir), owner.daemon.end('SIGKILL')]);
  const dead = Date.now();
  next.daemon.child.kill('SIGCONT');
  const recovery = await stand.untilDecided(dead + 1, from);
  await stand.startWorker();
  return recovery;
}

async function killGatewayAt(stand: Stand, point: Point): Promise<number | null> {
  const victim = stand.runningGateways.at(-1) as Member;
  const killed = await killAt(stand, point, victim);
  return stand.untilServed(await stand.startGateway(), killed);
}

function atEach(
  scenario: Pick<Scenario, 'name' | 'what' | 'inShort'>,
  points: readonly Point[],
  kill: (stand: Stand, point: Point) => Promise<number | null>,
): Scenario {
  return {
    ...scenario,
    play: ({ random, short, say }) =>
      underLoad(random, ONE_LANE, async (stand) => {
        await loadScripts(stand);
        const recoveries: number[] = [];
        for (const point of random.shuffled(points).slice(0, short ? IN_SHORT : points.length)) {
          await stand.run.crowd.untilMore(random.int(5, 30));
          const recovery = await kill(stand, point);
          say(`${point.name}: ${recovery} ms`);
          if (recovery !== null) recoveries.push(recovery);
        }
        return recoveries;
      }),
  };
}

export const scenarios: readonly Scenario[] = [
  atEach(
    {
      name: 'owner-killed-at-point',
      what: 'SIGKILL of the lane owner before and after each of its scripts, and around COMMIT',
      inShort: true,
    },
    OWNER_POINTS,
    killOwnerAt,
  ),
  atEach(
    {
      name: 'heir-killed-at-point',
      what: 'SIGKILL of the owner, and of the worker that takes over, at each step of the takeover',
      inShort: false,
    },
    HEIR_POINTS,
    killHeirAt,
  ),
  atEach(
    {
      name: 'gateway-killed-at-point',
      what: 'SIGKILL of a gateway before and after each of its scripts, and of the job after enter',
      inShort: true,
    },
    GATEWAY_POINTS,
    killGatewayAt,
  ),
];
