import { execFile } from 'node:child_process';
import { expect } from 'chai';
import { Client } from '../support/client.js';
import { hold } from '../support/shop.js';
import { mint, OPS_TOKEN, SESSION_SECRET, System } from '../support/system.js';
import { forge, inSeconds } from '../support/tokens.js';

const ANNA = 'a-token-of-anna-with-24-characters';
const WRONG = 'a-wrong-password-that-nobody-may-see';

function passwordOf(variable: string): string[] {
  const url = process.env[variable];
  const password = url === undefined ? '' : new URL(url).password;
  return password === '' ? [] : [password];
}

/** Runs a program until it ends by itself: its exit code and all that it printed. */
function outcome(script: string, env: Readonly<Record<string, string>>) {
  return new Promise<{ code: number; printed: string }>((resolve) => {
    const options = { env: { PATH: process.env.PATH, ...env }, timeout: 60_000 };
    const child = execFile(process.execPath, [`dist/${script}`], options, (error, out, err) => {
      resolve({ code: error ? Number(child.exitCode) : 0, printed: `${out}${err}` });
    });
  });
}

describe('A secret', () => {
  let system: System;
  /** All that anybody was answered. */
  const answers: string[] = [];
  const secrets: string[] = [
    SESSION_SECRET,
    OPS_TOKEN,
    ANNA,
    WRONG,
    ...passwordOf('REDIS_URL'),
    ...passwordOf('GATEWAY_REDIS_URL'),
    ...passwordOf('WORKER_REDIS_URL'),
    ...passwordOf('DATABASE_URL'),
  ];

  before(async () => {
    system = await System.start({
      env: { LOG_LEVEL: 'trace', OPS_TOKENS: `ops:${OPS_TOKEN},anna:${ANNA}` },
    });
  });

  after(() => system.stop());

  /** A client whose answers are kept to be searched, and whose token is a secret from now on. */
  function client(token: string | null, gateway = 0): Client {
    if (token !== null) secrets.push(token);
    const one = new Client(system.urls[gateway] as string, token, 'buyer');
    const send = one.send.bind(one);
    one.send = async (...args) => {
      const reply = await send(...args);
      answers.push(JSON.stringify(reply.body), JSON.stringify([...reply.headers]));
      return reply;
    };
    return one;
  }

  function expectHidden(text: string, where: string): void {
    for (const secret of secrets) {
      // In a message of chai it would be shown after all.
      expect(text.includes(secret), `${where} shows ${secret.slice(0, 6)}…`).to.equal(false);
    }
  }

  async function useEveryDoor(gateway: number): Promise<void> {
    const token = mint({ sub: `buyer-${gateway}` });
    const buyer = client(token, gateway);
    const sale = await system.createSale();
    await buyer.buy(sale, 1, 'a-key');
    for (const path of [
      '/api/attempts',
      '/api/cart',
      '/api/orders',
      '/metrics',
      '/readyz',
      '/nope',
    ])
      await buyer.get(path);
    await buyer.get(`/api/cart?token=${token}&access_token=${token}`);
    await buyer.get(`/${token}/%ZZ`);
    await buyer.post(`/api/sales/${sale}/attempts`, `{"token":"${token}",`);
    await buyer.post(`/api/sales/${sale}/attempts`, { quantity: token });
    await client(null, gateway).get('/api/ops/lanes');
    await client(ANNA, gateway).get('/api/ops/lanes');
    await client(ANNA, gateway).post('/api/ops/products', { name: '', price: ANNA });
    await client(`${ANNA}x`, gateway).get('/api/ops/lanes');
    await client(forge({ sub: 'a', aud: 'buyer', exp: inSeconds(-5) }), gateway).get('/api/cart');
    const { socket } = await buyer.connect();
    socket.close();
    await client('not-a-token-but-still-a-secret', gateway)
      .connect()
      .catch(() => undefined);
  }

  it('is in no answer and in no log at the finest level, whatever is asked', async () => {
    await hold(system.buyer(), await system.createSale());
    await useEveryDoor(0);
    const guest = await new Client(system.urls[0] as string, null, 'guest').post('/api/sessions');
    secrets.push(guest.body.token);
    await client(guest.body.token).get('/api/attempts');
    const body = { token: ANNA };
    const login = await new Client(system.urls[0] as string, null, 'x').post(
      '/api/ops/session',
      body,
    );
    const cookie = /dropgate_ops=([^;]+)/.exec(
      login.headers.getSetCookie()[0] ?? '',
    )?.[1] as string;
    secrets.push(cookie);
    const headers = { cookie: `dropgate_ops=${cookie}` };
    for (const path of ['/api/ops/lanes', '/ops', '/ops/queues', '/ops/queues/api/redis/stats']) {
      await client(null).send('GET', path, undefined, headers);
    }
    await client(null).send('DELETE', '/api/ops/session', undefined, headers);
    const logs = [...system.gateways, ...system.workers].flatMap(({ lines }) => lines);
    expect(logs.length).to.be.above(5);
    expectHidden(JSON.stringify(logs), 'a log');
    expect(answers.length).to.be.above(40);
    expectHidden(answers.join('\n'), 'an answer');
  });

  it('stays one when Redis refuses it', async () => {
    const redis = new URL(system.servers.REDIS_URL);
    redis.password = WRONG;
    const gateway = await system.launchGateway({ REDIS_URL: redis.href });
    const worker = await system.startWorker({ REDIS_URL: redis.href });
    const refused = ({ msg }: { msg?: string }) => msg === 'Redis connection';
    await Promise.all([gateway.untilLog(refused), worker.untilLog(refused)]);
    const last = system.urls.length - 1;
    const buyer = client(mint({ sub: 'late' }), last);
    for (const path of ['/readyz', '/metrics', '/api/attempts']) await buyer.get(path);
    await client(ANNA, last).get('/api/ops/lanes');
    await Promise.all([gateway.end('SIGTERM'), worker.end('SIGTERM')]);
    expectHidden(JSON.stringify([...gateway.lines, ...worker.lines]), 'a log');
    expectHidden(answers.join('\n'), 'an answer');
  });

  it('is not printed by a process that cannot start', async () => {
    const database = new URL(system.servers.DATABASE_URL);
    const closed = new URL(database);
    database.password = WRONG;
    closed.port = '1';
    const good = {
      REDIS_URL: system.servers.REDIS_URL,
      DATABASE_URL: system.servers.DATABASE_URL,
      SESSION_SECRET,
      OPS_TOKEN,
    };
    const broken: Record<string, string>[] = [
      { DATABASE_URL: database.href },
      { DATABASE_URL: `postgres://u:${WRONG}@127.0.0.1/x` },
      { DATABASE_URL: WRONG },
    ];
    // A worker waits for a MySQL that is away.
    const away = { DATABASE_URL: closed.href };
    const ofDoors = [{ REDIS_URL: `http://u:${WRONG}@127.0.0.1` }, { REDIS_URL: WRONG }];
    const ofGateways: Record<string, string>[] = [
      { SESSION_SECRET: WRONG.slice(0, 20) },
      { OPS_TOKENS: `anna:${WRONG.slice(0, 20)}` },
      { OPS_TOKENS: `an na:${WRONG}` },
    ];
    const programs = {
      'api/main.js': [...broken, away, ...ofDoors, ...ofGateways],
      'workers/main.js': [...broken, ...ofDoors],
      'migrations/main.js': [...broken, away],
    };
    secrets.push(WRONG.slice(0, 20));
    for (const [script, cases] of Object.entries(programs)) {
      const ends = cases.map((env) => outcome(script, { ...good, ...env }));
      for (const [index, { code, printed }] of (await Promise.all(ends)).entries()) {
        const where = `${script} with another ${Object.keys(cases[index] ?? {})}`;
        expect(code, where).to.equal(1);
        expect(printed, where).to.not.equal('');
        expectHidden(printed, where);
      }
    }
  });
});
