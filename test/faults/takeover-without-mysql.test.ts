import { expect } from 'chai';
import { eventually } from '../support/eventually.js';
import { System } from '../support/system.js';
import { Tap } from '../support/tap.js';
import { firstDecisionAbove, Run, say } from './run.js';

describe('A lane whose owner dies while MySQL is away', () => {
  let system: System;
  let mysql: Tap;

  beforeEach(async () => {
    // One lane: with more, its owner may give it away for a fair share just before it is struck.
    system = await System.start({ workers: 0, gateways: 0, lanes: 1 });
    mysql = await Tap.open(system.servers.DATABASE_URL);
    const env = { DATABASE_URL: mysql.url };
    await Promise.all([
      system.startWorker(env),
      system.startWorker(env),
      system.startGateway(),
      system.startGateway(),
    ]);
  });

  afterEach(() => system.stop());

  it('is taken over in the same run of Redis, and the ledger follows when MySQL is back', async () => {
    const run = await Run.begin(system);
    await run.crowd.untilMore(100);
    const owner = await run.owner();
    const token = await run.token();
    const from = run.feed.entries.length;
    await mysql.close();
    await run.crowd.untilMore(50);
    const killed = Date.now();
    await owner.end('SIGKILL');
    const first = await firstDecisionAbove(run, token, from);
    say(`takeover without MySQL: ${first.time - killed} ms`);
    await run.crowd.untilMore(100);
    const row = await system.db('lanes').where({ lane: run.lane }).first();
    expect(row.fencing_token).to.be.lessThan(await run.token());

    // MySQL is back for a worker that starts now: it goes above the token that Redis has seen.
    await system.startWorker();
    const heir = await run.owner();
    const later = run.feed.entries.length;
    const alone = await run.token();
    await heir.end('SIGKILL');
    await firstDecisionAbove(run, alone, later);
    await run.expectWhole();
  });

  it('stays closed when the Redis may be another one', async () => {
    const run = await Run.begin(system);
    await run.crowd.untilMore(50);
    const owner = await run.owner();
    await mysql.close();
    await system.redis.hset(run.laneKey('lane'), 'runId', 'an-earlier-run');
    await owner.end('SIGKILL');
    const others = system.workers.filter(({ running }) => running);
    await Promise.all(
      others.map((worker) =>
        worker.untilLog(({ msg, lane }) =>
          Boolean(msg?.startsWith('closed until MySQL') && lane === run.lane),
        ),
      ),
    );
    const token = await run.token();
    await system.startWorker();
    await eventually(
      () => run.token(),
      (now) => now > token,
    );
    await run.expectWhole();
  });
});
