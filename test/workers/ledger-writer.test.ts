import { expect } from 'chai';
import type { Database } from '../../core/database.js';
import { laneKeys } from '../../core/keys.js';
import { createLog } from '../../core/log.js';
import { LaneStore } from '../../core/stores/lanes.js';
import { migrate } from '../../migrations/migrate.js';
import { LedgerWriter } from '../../workers/ledger-writer.js';
import { Ownership } from '../../workers/ownership.js';
import { ScriptLane, WORKER } from '../support/script-lane.js';
import { TestDatabase } from '../support/test-database.js';

const SILENT = createLog('worker', 'silent');

describe('The ledger writer', () => {
  let lane: ScriptLane;
  let database: TestDatabase;
  let db: Database;

  before(async () => {
    lane = await ScriptLane.open();
    database = await TestDatabase.create();
    db = database.connect();
    await migrate(db, 1);
    const { incarnation } = lane;
    await db('lanes').where({ lane: 0 }).update({ incarnation, fencing_token: 1 });
  });

  after(async () => {
    await database.drop();
    await lane.close();
  });

  /** The feed has two entries but one, and the writer has run until it gave up. */
  async function writeWithout(missing: number): Promise<Ownership> {
    await lane.reset();
    const sale = await lane.sale();
    await lane.enterBuyers(sale, 'ann');
    await lane.enterBuyers(sale, 'bob');
    await lane.redis.xdel(laneKeys(0).feed, `${missing}-0`);
    const ownership = new Ownership(lane.view());
    const parts = { redis: lane.redis, db, lanes: new LaneStore(db), workerId: WORKER };
    // Nobody else needs the connection while it blocks.
    await new LedgerWriter(parts, ownership, 0, SILENT).run(lane.redis);
    expect(await db('lanes').first('ledger_number')).to.deep.equal({ ledger_number: 0 });
    expect(await db('attempts').first()).to.equal(undefined);
    return ownership;
  }

  for (const missing of [1, 2]) {
    it(`passes over no entry: without number ${missing} it gives the lane up`, async () => {
      expect((await writeWithout(missing)).reason).to.equal('behind');
    });
  }

  it('has lost the lane, and Redis nothing, when the next owner has trimmed the feed', async () => {
    await db('lanes').where({ lane: 0 }).update({ fencing_token: 2 });
    expect((await writeWithout(1)).reason).to.equal('lost');
  });
});
