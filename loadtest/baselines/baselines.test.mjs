import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { createSigner } from 'fast-jwt';
import { after, afterEach, before, describe, it } from 'mocha';
import { CONTENDERS } from '../bench/contenders/index.mjs';
import { LoadProcess } from '../bench/load-process.mjs';
import { play } from '../bench/round.mjs';
import { DATABASE, World } from '../bench/world.mjs';

const SECRET = 'bench-test-secret-of-more-than-32-bytes';
const BUYERS = 50;
const UNITS = 20;
const CONNECTIONS = 20;

const SELLERS = CONTENDERS.filter(({ floor }) => !floor);
const OTHERS = CONTENDERS.filter(({ name }) => !name.startsWith('dropgate'));

/** A Redis database of its own beside those of the other tests. */
function redisUrl(name) {
  const url = new URL(process.env[name] || process.env.REDIS_URL);
  url.pathname = '/11';
  return url.href;
}

const servers = () => ({
  redisUrl: redisUrl('REDIS_URL'),
  redisRoles: { gateway: redisUrl('GATEWAY_REDIS_URL'), worker: redisUrl('WORKER_REDIS_URL') },
  databaseUrl: process.env.DATABASE_URL,
  services: [],
});

function tokenOf(key) {
  const exp = Math.floor(Date.now() / 1000) + 60;
  return createSigner({ key, algorithm: 'HS256' })({ sub: 'somebody', aud: 'buyer', exp });
}

/** What a buyer is answered who asks by hand. */
async function buy(url, token, saleId = 's0-0000000000') {
  const response = await fetch(`${url}/api/sales/${saleId}/attempts`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: '{"quantity":1}',
  });
  return { status: response.status, body: await response.json() };
}

describe('the contenders of the bench', () => {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'dropgate-bench-'));
  let world;
  let load;
  let running;

  before(() => {
    const { signal } = new AbortController();
    world = new World({ servers: servers(), dataDir, secret: SECRET, signal });
    load = new LoadProcess();
  });
  afterEach(async () => {
    await load.ask('close');
    await running?.stop();
  });
  after(async () => {
    await load.stop();
    await world.redis.flushdb();
    await world.sql.query(`DROP DATABASE ${DATABASE}`);
    await world.close();
    rmSync(dataDir, { recursive: true });
  });

  const enter = (mode) => {
    const plan = { url: running.url, mode, secret: SECRET, buyers: BUYERS };
    return load.ask('open', { ...plan, connections: CONNECTIONS });
  };

  for (const { name, title, mode, open } of SELLERS) {
    it(`answer each of ${BUYERS} buyers and sell ${UNITS} units, not one more: ${title}`, async () => {
      running = await open(world);
      await enter(mode);
      const plan = { count: BUYERS, buyers: BUYERS, stock: UNITS };
      const { told, record, kept } = await play(running, load, plan);
      expect(record.soldEach, name).to.deep.equal([UNITS]);
      expect(kept).to.include({
        oversold: 0,
        lost: 0,
        twice: 0,
        untold: told.unfetched ? null : 0,
      });
      expect(told.accepted + told.refused).to.equal(BUYERS);
      if (!told.unfetched) {
        expect(told.states).to.deep.equal({ held: UNITS, 'sold-out': BUYERS - UNITS });
      }
    });
  }

  for (const { title, mode, open } of [SELLERS[0], ...OTHERS.filter((one) => !one.floor)]) {
    it(`give a buyer who presses again nothing more: ${title}`, async () => {
      running = await open(world);
      const [saleId] = await running.sales(1, 2 * BUYERS);
      await enter(mode === 'push' || mode === 'socket' ? 'unfetched' : mode);
      const press = async () => {
        await load.ask('prepare', { saleIds: [saleId], count: BUYERS, buyers: BUYERS });
        const { accepted } = await load.ask('go');
        await running.settled([saleId], BUYERS);
        return accepted;
      };
      expect([await press(), await press()]).to.deep.equal([BUYERS, BUYERS]);
      const untilDecided = async () => {
        for (;;) {
          const record = await running.record([saleId]);
          if (record.decided >= BUYERS) return record;
          await new Promise((resolve) => setImmediate(resolve));
        }
      };
      expect(await untilDecided()).to.include({ decided: BUYERS, twice: 0 });
      expect((await running.record([saleId])).soldEach).to.deep.equal([BUYERS]);
    });
  }

  for (const { title, floor, open } of OTHERS) {
    it(`${floor ? 'check nobody' : 'send away who has no token of theirs'}: ${title}`, async () => {
      running = await open(world);
      const { status } = await buy(running.url, tokenOf(`not-${SECRET}`));
      expect(status).to.equal(floor ? 202 : 401);
    });
  }

  it('answer on the floors with the same body as Dropgate', async () => {
    const answers = [];
    for (const name of ['dropgate-http', 'node-http', 'express']) {
      running = await CONTENDERS.find((one) => one.name === name).open(world);
      const [saleId] = await running.sales(1, 1);
      const { status, body } = await buy(running.url, tokenOf(SECRET), saleId);
      const { id, saleId: of, ...rest } = body;
      expect(id).to.match(/^[as].*-1-\w{6}$/);
      expect(of).to.equal(saleId);
      answers.push({ status, ...rest });
      await running.stop();
    }
    const [dropgate, ...floors] = answers;
    expect(floors).to.deep.equal([dropgate, dropgate]);
  });
});
