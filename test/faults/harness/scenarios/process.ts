import { setTimeout as sleep } from 'node:timers/promises';
import type { Scenario } from '../scenario.js';
import type { Stand } from '../stand.js';
import { again, type Strike } from '../strike.js';

/** How long a frozen process stays so. */
const FROZEN_MS = { short: 2_000, long: 10_000 };

export const killOwner: Strike = {
  name: 'worker-killed',
  what: 'SIGKILL of the worker that owns the lane, at any moment',
  async act(stand, random) {
    const owner = await stand.owner();
    const token = await stand.run.token();
    if (random.chance(0.5)) await stand.run.untilLineNotEmpty();
    const from = stand.run.feed.entries.length;
    const gone = owner.daemon.end('SIGKILL');
    const killed = Date.now();
    const [recovery] = await Promise.all([stand.untilDecided(killed, from, token), gone]);
    await stand.startWorker();
    return recovery;
  },
};

export const killGateway: Strike = {
  name: 'gateway-killed',
  what: 'SIGKILL of a gateway, at any moment; its buyers go on with the same keys at another',
  async act(stand, random) {
    const victim = random.pick(stand.runningGateways);
    if (random.chance(0.5)) await stand.run.untilLineNotEmpty();
    await victim.daemon.end('SIGKILL');
    const killed = Date.now();
    // Its address stays in the list until a new one is there: buyers run into it.
    const next = await stand.startGateway();
    return stand.untilServed(next, killed);
  },
};

export const freezeOwner: Strike = {
  name: 'worker-frozen',
  what: 'SIGSTOP of the worker that owns the lane for 10 s, then SIGCONT',
  async act(stand, random, short) {
    const owner = await stand.owner();
    if (random.chance(0.5)) await stand.run.untilLineNotEmpty();
    const from = stand.run.feed.entries.length;
    const frozen = Date.now();
    owner.daemon.child.kill('SIGSTOP');
    const recovery = await stand.untilDecided(frozen + 1, from);
    await sleep(FROZEN_MS[short ? 'short' : 'long'] - (Date.now() - frozen));
    owner.daemon.child.kill('SIGCONT');
    return recovery;
  },
};

export const freezeGateway: Strike = {
  name: 'gateway-frozen',
  what: 'SIGSTOP of a gateway for 10 s, then SIGCONT',
  async act(stand, random, short) {
    const victim = random.pick(stand.runningGateways);
    victim.daemon.child.kill('SIGSTOP');
    await sleep(FROZEN_MS[short ? 'short' : 'long']);
    const goesOn = Date.now();
    victim.daemon.child.kill('SIGCONT');
    return stand.untilServed(victim, goesOn);
  },
};

async function restartWorkers(stand: Stand): Promise<void> {
  for (const { daemon } of stand.runningWorkers) {
    await stand.startWorker();
    await daemon.end('SIGTERM');
  }
}

async function restartGateways(stand: Stand): Promise<void> {
  for (const { daemon } of stand.runningGateways) {
    await stand.startGateway();
    await daemon.end('SIGTERM');
    stand.tellCrowd();
  }
}

/** What a press may be answered while processes come and go. */
const POLITE = [200, 202, 503, null];

export const restartAll: Strike = {
  name: 'rolling-restarts',
  what: 'every gateway and worker is replaced in turn by SIGTERM, under load',
  async act(stand, random) {
    const order = random.shuffled([restartWorkers, restartGateways]);
    const began = stand.run.feed.entries.length;
    for (const restart of order) await restart(stand);
    const odd = stand.run.crowd.presses.find(({ status }) => !POLITE.includes(status));
    if (odd) throw new Error(`a press was answered ${odd.status} ${odd.code}`);
    return stand.pauseSince(began);
  },
};

export const scenarios: readonly Scenario[] = [
  // Those that `npm test` does not play have tests of their own there: owner-ends, gateway-killed,
  // owner-stopped and api/stopping.
  again(killOwner, { times: 8, timesInShort: 0 }),
  again(killGateway, { times: 5, timesInShort: 0 }),
  again(freezeOwner, { times: 3, timesInShort: 0 }),
  again(freezeGateway, { times: 3, timesInShort: 1 }),
  again(restartAll, { times: 3, timesInShort: 0 }),
];
