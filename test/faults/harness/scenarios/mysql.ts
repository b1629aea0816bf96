import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '../../../support/eventually.js';
import { missingMysql, PrivateMysql } from '../../../support/private-mysql.js';
import type { Random } from '../random.js';
import type { Outcome, Scenario } from '../scenario.js';
import { Stand } from '../stand.js';

/** How long MySQL is away at a stretch. */
const AWAY_MS = { short: 20_000, long: 180_000 };

const FROZEN_MS = 5_000;

/** Each way, so a statement takes twice as long. */
const SLOW_MS = 100;

/** How long it stays slow. */
const SLOW_FOR_MS = 20_000;

/** All that was left behind has to be in the ledger within this. */
const CATCH_UP_MS = 180_000;

interface Ground {
  readonly stand: Stand;
  readonly mysql: PrivateMysql;
  readonly random: Random;
  readonly short: boolean;
}

/** How many feed entries of the crowd's lane the ledger has not read; `null` while it is away. */
async function lagOf({ run, system }: Stand): Promise<number | null> {
  const row = await system
    .db('lanes')
    .where({ lane: run.lane })
    .first()
    .catch(() => null);
  if (!row) return null;
  const feed = Number(await system.redis.hget(run.laneKey('lane'), 'feed'));
  return feed - row.ledger_number;
}

/** Resolves when the ledger has caught up; tells how far it was behind and how long it took. */
async function untilCaughtUp(stand: Stand): Promise<string> {
  const from = Date.now();
  let most = 0;
  await eventually(
    async () => {
      const lag = await lagOf(stand);
      most = Math.max(most, lag ?? 0);
      await sleep(20);
      return lag;
    },
    (lag) => lag !== null && lag < 10,
    CATCH_UP_MS,
  );
  return `the ledger was ${most} entries behind and caught up in ${Date.now() - from} ms`;
}

/** Nobody waits for MySQL: the sale decides on, without a pause worth mentioning. */
async function expectSalesGoOn({ run }: Stand): Promise<void> {
  const before = run.feed.entries.length;
  await run.feed.next(({ kind }) => kind === 'decided', before);
}

async function kill(ground: Ground): Promise<string> {
  const { stand, mysql } = ground;
  await mysql.kill();
  await expectSalesGoOn(stand);
  await mysql.start();
  return untilCaughtUp(stand);
}

async function freeze(ground: Ground): Promise<string> {
  const { stand, mysql } = ground;
  mysql.process.signal('SIGSTOP');
  await expectSalesGoOn(stand);
  await sleep(FROZEN_MS);
  mysql.process.signal('SIGCONT');
  return untilCaughtUp(stand);
}

async function slow({ stand }: Ground): Promise<string> {
  const members = [...stand.runningGateways, ...stand.runningWorkers];
  for (const { wires } of members) wires.taps.mysql.delay(SLOW_MS);
  await expectSalesGoOn(stand);
  await sleep(SLOW_FOR_MS);
  for (const { wires } of members) wires.taps.mysql.mend('late');
  return untilCaughtUp(stand);
}

/** Away for long; meanwhile the lane's owner is killed, and another one has to take over. */
async function away(ground: Ground): Promise<string> {
  const { stand, mysql, random, short } = ground;
  const back = Date.now() + AWAY_MS[short ? 'short' : 'long'];
  await mysql.kill();
  await sleep(random.int(500, 3_000));
  const owner = await stand.owner();
  const from = stand.run.feed.entries.length;
  const gone = owner.daemon.end('SIGKILL');
  const takeover = await stand.untilDecided(Date.now(), from);
  await gone;
  await sleep(Math.max(0, back - Date.now()));
  await mysql.start();
  await stand.startWorker();
  return `takeover without MySQL in ${takeover} ms; ${await untilCaughtUp(stand)}`;
}

/** How long buyers waited at most between two decisions while all this happened. */
async function play(
  { random, short }: { random: Random; short: boolean },
  times: number,
  act: (ground: Ground) => Promise<string>,
): Promise<Outcome> {
  const mysql = await PrivateMysql.open();
  try {
    return await Stand.during({ databaseUrl: mysql.url }, async (stand) => {
      const notes: string[] = [];
      for (let time = 0; time < times; time += 1) {
        await stand.run.crowd.untilMore(random.int(40, 100));
        notes.push(await act({ stand, mysql, random, short }));
      }
      await stand.run.crowd.untilMore(40);
      const verdict = await stand.run.verdict();
      return { verdict, recoveryMs: stand.run.longestPause, note: notes.join('; ') };
    });
  } finally {
    await mysql.close();
  }
}

interface MysqlFault {
  readonly name: string;
  readonly what: string;
  readonly times: number;
  readonly inShort: boolean;
  readonly act: (ground: Ground) => Promise<string>;
}

const faults: readonly MysqlFault[] = [
  {
    name: 'mysql-killed',
    what: 'SIGKILL of MariaDB and restart; recovery is the longest pause between decisions',
    times: 3,
    inShort: false,
    act: kill,
  },
  {
    name: 'mysql-frozen',
    what: 'SIGSTOP of MariaDB for 5 s; recovery is the longest pause between decisions',
    times: 3,
    inShort: false,
    act: freeze,
  },
  {
    name: 'mysql-slow',
    what: 'every statement takes 0.2 s longer; recovery is the longest pause between decisions',
    times: 1,
    inShort: false,
    act: slow,
  },
  {
    name: 'mysql-away',
    what: 'MariaDB is away for minutes, and the owner of the lane is killed meanwhile',
    times: 1,
    inShort: false,
    act: away,
  },
];

export const scenarios: readonly Scenario[] = faults.map(({ name, what, times, inShort, act }) => ({
  name,
  what,
  inShort,
  missing: missingMysql,
  play: (stage) => play(stage, stage.short ? 1 : times, act),
}));
