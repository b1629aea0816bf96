import { expect } from 'chai';
import { Client, type Reply } from '../../support/client.js';
import { expectProblem } from '../../support/problems.js';
import { mint, OPS_TOKEN, System } from '../../support/system.js';
import { forge, inSeconds } from '../../support/tokens.js';

const ANNA = 'a-token-of-anna-with-24-characters';

/** Every route that only operators may use, with a body where one is read. */
const ROUTES: readonly [method: string, path: string, body?: unknown][] = [
  ['POST', '/api/ops/products', { name: 'x', price: 1 }],
  ['PATCH', '/api/ops/products/p-aaaaaaaaaa', { price: 1 }],
  ['POST', '/api/ops/sales', {}],
  ['PATCH', '/api/ops/sales/s0-aaaaaaaaaa', {}],
  ['POST', '/api/ops/sales/s0-aaaaaaaaaa/pause'],
  ['POST', '/api/ops/sales/s0-aaaaaaaaaa/resume'],
  ['POST', '/api/ops/sales/s0-aaaaaaaaaa/close'],
  ['POST', '/api/ops/sales/s0-aaaaaaaaaa/restock', { quantity: 1 }],
  ['GET', '/api/ops/sales/s0-aaaaaaaaaa/audit'],
  ['GET', '/api/ops/lanes'],
];

function cookieOf(reply: Reply): string {
  const [cookie] = reply.headers.getSetCookie();
  return cookie?.split(';')[0] ?? '';
}

describe('Who may operate', () => {
  let system: System;
  let stranger: Client;

  before(async () => {
    system = await System.start({
      env: {
        OPS_TOKENS: `ops:${OPS_TOKEN},anna:${ANNA}`,
        ALLOWED_ORIGINS: 'https://shop.example',
      },
    });
    stranger = system.stranger();
  });

  after(() => system.stop());

  function logIn(): Promise<Reply> {
    return stranger.post('/api/ops/session', { token: ANNA });
  }

  it('is nobody without a token, on any route, before anything else is looked at', async () => {
    for (const [method, path, body] of ROUTES) {
      const reply = await stranger.send(method, path, body);
      expectProblem(reply, 401, 'unauthenticated');
      expect(reply.headers.get('www-authenticate')).to.equal('Bearer');
      if (body) expectProblem(await stranger.send(method, path, '{'), 401, 'unauthenticated');
    }
  });

  it("is nobody with a wrong token, a buyer's token, or part of a right one", async () => {
    for (const token of [mint({ sub: 'a' }), OPS_TOKEN.slice(1), `${OPS_TOKEN}x`, 'ops']) {
      const reply = await new Client(stranger.url, token, 'wrong').get('/api/ops/lanes');
      expectProblem(reply, 401, 'unauthenticated');
    }
  });

  it('is whoever holds one of the tokens', async () => {
    for (const token of [OPS_TOKEN, ANNA]) {
      const reply = await new Client(stranger.url, token, 'right').get('/api/ops/lanes');
      expect(reply.status).to.equal(200);
    }
  });

  it('is not an operator who wants to buy: an ops token is no buyer', async () => {
    expectProblem(await system.ops().get('/api/attempts'), 401, 'unauthenticated');
  });

  it('gets a cookie for a token that scripts cannot read and other sites cannot send', async () => {
    const reply = await logIn();
    expect(reply.status).to.equal(201);
    expect(reply.body.name).to.equal('anna');
    expect(Date.parse(reply.body.expiresAt)).to.be.above(Date.now());
    const [cookie] = reply.headers.getSetCookie();
    expect(cookie)
      .to.match(/; HttpOnly(;|$)/)
      .and.match(/; SameSite=Strict(;|$)/);
    expect(JSON.stringify(reply.body) + cookie).to.not.include(ANNA);
  });

  it('may use the cookie for reading and, from the same host, for changing', async () => {
    const cookie = cookieOf(await logIn());
    const own = { cookie, origin: stranger.url };
    expect((await stranger.send('GET', '/api/ops/lanes', undefined, { cookie })).status).to.equal(
      200,
    );
    const product = { name: 'By cookie', price: 1 };
    const made = await stranger.post('/api/ops/products', product, own);
    expect(made.status).to.equal(201);
    const bare = await stranger.post('/api/ops/products', product, { cookie });
    expect(bare.status).to.equal(201);
    const rows = await system.db('ops_actions').where({ object_id: made.body.id });
    expect(rows.map(({ ops_name, action }) => [ops_name, action])).to.deep.equal([
      ['anna', 'create-product'],
    ]);
  });

  it('may not change anything by the cookie from a foreign page, not even an allowed one', async () => {
    const cookie = cookieOf(await logIn());
    const count = () => system.db('products').count({ n: '*' }).first();
    const before = await count();
    for (const origin of ['https://evil.example', 'https://shop.example', 'null', 'file://']) {
      const headers = { cookie, origin };
      const reply = await stranger.post('/api/ops/products', { name: 'x', price: 1 }, headers);
      expectProblem(reply, 403, 'origin-not-allowed');
      const paused = await stranger.post('/api/ops/sales/s0-aaaaaaaaaa/pause', undefined, headers);
      expectProblem(paused, 403, 'origin-not-allowed');
    }
    const read = await stranger.send('GET', '/api/ops/lanes', undefined, {
      cookie,
      origin: 'https://shop.example',
    });
    expect(read.status).to.equal(200);
    expect(await count()).to.deep.equal(before);
  });

  it('gets its cookie taken away by logging out', async () => {
    const cookie = cookieOf(await logIn());
    const reply = await stranger.send('DELETE', '/api/ops/session', undefined, { cookie });
    expect(reply.status).to.equal(200);
    const [cleared] = reply.headers.getSetCookie();
    expect(cleared).to.match(/^dropgate_ops=;/);
    expect(Date.parse(/Expires=([^;]+)/.exec(cleared ?? '')?.[1] ?? '')).to.be.below(Date.now());
  });

  it('is nobody by the cookie of a session that has ended, even with a copy of it', async () => {
    const cookie = cookieOf(await logIn());
    await stranger.send('DELETE', '/api/ops/session', undefined, { cookie });
    const reply = await stranger.send('GET', '/api/ops/lanes', undefined, { cookie });
    expectProblem(reply, 401, 'unauthenticated');
  });

  it('is nobody by a cookie that this server did not make', async () => {
    const claims = { sub: 'anna', aud: 'ops', exp: inSeconds(600) };
    const { exp: _exp, ...endless } = claims;
    const forged = [
      forge(claims, undefined, { secret: 'y'.repeat(40) }),
      forge({ ...claims, aud: 'buyer' }),
      forge({ ...claims, sub: 'nobody' }),
      forge({ ...claims, exp: inSeconds(-1) }),
      forge(endless),
      forge(claims, { alg: 'none' }),
      mint({ sub: 'anna' }),
      'nonsense',
      '',
    ];
    for (const value of forged) {
      const headers = { cookie: `dropgate_ops=${value}` };
      const reply = await stranger.send('GET', '/api/ops/lanes', undefined, headers);
      expectProblem(reply, 401, 'unauthenticated');
    }
  });

  it('is sent to the login when a page is asked for, and sees it when logged in', async () => {
    const cookie = cookieOf(await logIn());
    for (const page of ['/ops', '/ops/queues']) {
      const away = await stranger.get(page);
      expect([away.status, away.headers.get('location')]).to.deep.equal([303, '/ops/login']);
      const seen = await stranger.send('GET', page, undefined, { cookie });
      expect(seen.status).to.equal(200);
      expect(seen.headers.get('content-type')).to.match(/^text\/html/);
    }
    const login = await stranger.get('/ops/login');
    expect(login.status).to.equal(200);
  });

  it('is led back by the login to the page that was asked for, and nowhere else', async () => {
    const asked = async (path: string) => (await stranger.get(path)).headers.get('location');
    for (const page of ['/ops/trail', '/ops/sales/new', '/ops/sales/s0-abcdefghij/report']) {
      expect(await asked(page)).to.equal(`/ops/login?next=${encodeURIComponent(page)}`);
    }
    for (const page of ['/ops/sales/..%2f..%2fx', '/ops/sales/%0d%0aX', '/ops/trail?next=//x']) {
      expect(await asked(page), page).to.equal('/ops/login');
    }
  });

  it('sees the waiting rooms but may change nothing there', async () => {
    const cookie = cookieOf(await logIn());
    const own = { cookie, origin: stranger.url };
    const { body } = await stranger.send('GET', '/ops/queues/api/queues', undefined, { cookie });
    expect(body.queues.map(({ name }: { name: string }) => name).sort()).to.deep.equal([
      'waiting-room-0',
      'waiting-room-1',
    ]);
    const queue = '/ops/queues/api/queues/waiting-room-0';
    for (const action of ['pause', 'empty', 'clean/completed', 'retry/failed', 'add']) {
      const reply = await stranger.send('PUT', `${queue}/${action}`, {}, own);
      expect(reply.status, action).to.be.oneOf([403, 404, 405]);
    }
    expect((await stranger.get('/ops/queues/api/queues')).status).to.equal(303);
  });

  // Last: it uses up the wrong tokens that this address may try in a minute.
  it('may try ten wrong tokens a minute, even with the other limits lifted', async () => {
    const tries = Array.from({ length: 12 }, () =>
      stranger.post('/api/ops/session', { token: 'wrong' }),
    );
    const replies = await Promise.all(tries);
    const last = replies.find(({ status }) => status === 429);
    if (!last) throw new Error(`all of ${replies.map(({ status }) => status)}`);
    expectProblem(last, 429, 'too-many-requests');
    expect((await logIn()).status).to.equal(201);
  });
});
