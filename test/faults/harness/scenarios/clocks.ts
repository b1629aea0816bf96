import { setTimeout as sleep } from 'node:timers/promises';
import { faketimeMissing, shiftedClock } from '../../../support/faketime.js';
import { answered, buyerAt, sideSale, untilAnswered, untilAttempt } from '../errand.js';
import type { Member } from '../member.js';
import type { Scenario } from '../scenario.js';
import type { Stand } from '../stand.js';
import { underLoad } from '../strike.js';

const HOUR = 3_600;

type Who = 'gateway' | 'worker' | 'all';

const OPENS_IN_MS = 2_000;
const HOLD_SECONDS = 2;

/** What a deadline by Redis time may come too late by: sweeps, polling, a busy machine. */
const LATE_MS = 8_000;

/** A wrong clock that is not wrong would show nothing. */
function expectShifted({ daemon }: Member, seconds: number): void {
  const shown = Number(daemon.lines[0]?.time);
  const off = (shown - Date.now()) / 1000;
  if (Math.abs(off - seconds) > HOUR / 2) throw new Error(`${daemon.name} is off by ${off} s`);
}

/** A sale opens, and a hold of it ends, by the time of Redis, whatever the processes believe. */
async function expectTrueTime(stand: Stand): Promise<void> {
  const opensAt = Date.now() + OPENS_IN_MS;
  const saleId = await sideSale(stand, {
    opensAt: new Date(opensAt).toISOString(),
    holdSeconds: HOLD_SECONDS,
  });
  const path = `/api/sales/${saleId}/attempts`;
  for (const [at, gateway] of stand.gateways.entries()) {
    const name = `punctual-${at}`;
    const buy = (where: Member) => buyerAt(where, name).post(path, { quantity: 1 });
    const early = await untilAnswered(stand, () => buy(gateway));
    if (early.body.code !== 'sale-not-open' && Date.now() < opensAt) {
      throw new Error(`${early.status} before it opens: ${JSON.stringify(early.body)}`);
    }
  }
  await sleep(opensAt - Date.now() + 500);
  await Promise.all(stand.gateways.map((gateway, at) => holdAndLose(stand, gateway, path, at)));
}

async function holdAndLose(stand: Stand, gateway: Member, path: string, at: number): Promise<void> {
  const buyer = `punctual-${at}`;
  const ask = () => buyerAt(gateway, buyer).post(path, { quantity: 1 });
  const { id } = (await answered(stand, ask)).body;
  const held = await untilAttempt(stand, { id, buyer }, ({ state }) => state !== 'waiting');
  const deadline = Date.parse(held.holdExpiresAt ?? '');
  const left = deadline - Date.now();
  if (held.state !== 'held' || Math.abs(left) > HOLD_SECONDS * 1_000 + 500) {
    throw new Error(`a hold of ${HOLD_SECONDS} s, ${left} ms left: ${JSON.stringify(held)}`);
  }
  await untilAttempt(stand, { id, buyer }, ({ state }) => state === 'expired');
  const late = Date.now() - deadline;
  if (late < 0 || late > LATE_MS) throw new Error(`the hold ended ${late} ms after its deadline`);
}

/** The lane goes to the worker whose clock is wrong, and from there to another. */
async function passAround(stand: Stand, wrong: readonly Member[]): Promise<number[]> {
  const recoveries: number[] = [];
  for (let time = 0; time < 2; time += 1) {
    const owner = await stand.owner();
    await stand.run.crowd.untilMore(40);
    const from = stand.run.feed.entries.length;
    const since = Date.now();
    await owner.daemon.end(wrong.includes(owner) ? 'SIGKILL' : 'SIGTERM');
    recoveries.push(await stand.untilDecided(since, from));
    if (wrong.includes(owner)) return recoveries;
  }
  return recoveries;
}

function shifted(who: Who, seconds: number): Scenario {
  const name = `clock-${who}-${seconds > 0 ? 'ahead' : 'behind'}`;
  const whose = who === 'all' ? 'the clocks of all processes are' : `the clock of one ${who} is`;
  const env = (of: Who) => (who === of || who === 'all' ? shiftedClock(seconds) : {});
  const other = (of: Who) => (who === 'all' ? env(of) : {});
  return {
    name,
    what: `${whose} an hour ${seconds > 0 ? 'ahead' : 'behind'}`,
    inShort: false,
    missing: faketimeMissing,
    play: ({ random }) => {
      const gateways = [env('gateway'), other('gateway')];
      const workers = [env('worker'), other('worker'), other('worker')];
      return underLoad(random, { gateways, workers }, async (stand) => {
        const members = [...stand.gateways, ...stand.workers];
        const wrong = members.filter(({ env }) => env.FAKETIME !== undefined);
        for (const member of wrong) expectShifted(member, seconds);
        await stand.run.crowd.untilMore(100);
        await expectTrueTime(stand);
        return who === 'gateway' ? [] : passAround(stand, wrong);
      });
    },
  };
}

export const scenarios: readonly Scenario[] = (['gateway', 'worker', 'all'] as const).flatMap(
  (who) => [shifted(who, HOUR), shifted(who, -HOUR)],
);
