import { request } from 'node:http';
import { appRoutes } from '@bull-board/api/dist/routes.js';
import { expect } from 'chai';
import type { Client, Reply } from '../support/client.js';
import { OPS_TOKEN, System } from '../support/system.js';

/** Sends a path as it is: fetch would tidy it up. */
function rawStatus(url: string, path: string): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const sent = request({ hostname, port, path, method: 'GET' }, async (response) => {
      const text = (await response.toArray()).join('');
      resolve({ status: response.statusCode ?? 0, text });
    });
    sent.on('error', reject).end();
  });
}

/** What every answer that a browser may show tells it; data loads nothing at all. */
function expectHeaders({ headers }: Reply, path: string): void {
  const loads = path.startsWith('/api/') ? "'none'" : "'self'";
  const policy = headers.get('content-security-policy') ?? '';
  const directives = new Map(
    policy.split(';').map((part) => {
      const [name = '', ...values] = part.trim().split(/\s+/);
      return [name, values.join(' ')] as const;
    }),
  );
  expect(directives.get('default-src'), path).to.equal("'none'");
  expect(directives.get('script-src') ?? directives.get('default-src'), path).to.equal(loads);
  expect(directives.get('style-src') ?? directives.get('default-src'), path).to.equal(loads);
  expect(directives.get('frame-ancestors'), path).to.equal("'none'");
  expect(directives.get('base-uri'), path).to.equal("'none'");
  expect(directives.get('object-src') ?? directives.get('default-src'), path).to.equal("'none'");
  expect(policy, path).to.not.match(/unsafe|\*|https?:(?!\/)/);
  expect(headers.get('x-content-type-options'), path).to.equal('nosniff');
  expect(headers.get('x-frame-options'), path).to.match(/^(DENY|SAMEORIGIN)$/);
  expect(headers.get('referrer-policy'), path).to.equal('no-referrer');
  expect(headers.get('strict-transport-security'), path).to.match(/^max-age=\d{8}/);
  expect(headers.get('cross-origin-opener-policy'), path).to.equal('same-origin');
  expect(headers.get('cross-origin-resource-policy'), path).to.equal('same-origin');
  expect(headers.get('x-powered-by'), path).to.equal(null);
  expect(headers.get('server'), path).to.equal(null);
}

/** Every address of bull-board, with names of ours in it. */
function boardRoutes(): { method: string; path: string }[] {
  const { api, entryPoint } = appRoutes;
  return [...api, entryPoint].flatMap(({ method, route }) =>
    [method].flat().flatMap((one) =>
      [route].flat().map((text) => ({
        method: String(one).toUpperCase(),
        path: `/ops/queues${text.replace(':queueName', 'waiting-room-0').replace(/:\w+/g, '1')}`,
      })),
    ),
  );
}

describe('Every page', () => {
  let system: System;
  let stranger: Client;
  let cookie: string;
  let paths: string[];

  before(async () => {
    system = await System.start();
    stranger = system.stranger();
    const login = await stranger.post('/api/ops/session', { token: OPS_TOKEN });
    cookie = (login.headers.getSetCookie()[0] ?? '').split(';')[0] as string;
    const sale = await system.createSale();
    const ours = ['/', `/sales/${sale}`, '/docs', '/ops/login', '/ops'];
    const deep = ['products', 'trail', 'sales/new', `sales/${sale}`, `sales/${sale}/report`];
    paths = [...ours, ...deep.map((page) => `/ops/${page}`), '/ops/queues', '/ops/queues/queue/x'];
  });

  after(() => system.stop());

  it('and every answer of the API has the headers that protect a browser', async () => {
    const asset = /\/assets\/[^"]+\.js/.exec((await stranger.get('/')).body)?.[0] as string;
    const more = ['/api/sales', '/api/cart', '/nothing', asset, '/healthz'];
    for (const path of [...paths, ...more]) {
      expectHeaders(await stranger.get(path), path);
      expectHeaders(await stranger.send('GET', path, undefined, { cookie }), path);
    }
  });

  it('holds no inline script, style or handler that a strict policy would have to allow', async () => {
    for (const path of paths.filter((one) => !one.startsWith('/ops/queues'))) {
      const { body } = await stranger.send('GET', path, undefined, { cookie });
      expect(body, path).to.be.a('string').and.to.include('<!doctype html>');
      expect(body, path).to.not.match(/<script(?![^>]*\bsrc=)[^>]*>/i);
      expect(body, path).to.not.match(/<style|\sstyle=|\son\w+=|javascript:|https?:\/\//i);
    }
  });

  it('is served from its folder alone', async () => {
    const up = [
      '../',
      '..%2f',
      '%2e%2e/',
      '%2e%2e%2f',
      '..%5c',
      '..\\',
      '%252e%252e%252f',
      './/../',
    ];
    const targets = ['package.json', 'api/main.js', '.dropgate/test/secrets.json', 'etc/passwd'];
    for (const step of up) {
      for (const target of targets) {
        for (const base of ['/assets/', '/', '/sales/', '/ops/queues/static/', '/ops/']) {
          const path = `${base}${step.repeat(6)}${target}`;
          const { status, text } = await rawStatus(stranger.url, path);
          expect(status, path).to.be.oneOf([200, 303, 400, 403, 404]);
          expect(text, path).to.not.match(/"devDependencies"|createServer|redisPassword|root:x:0/);
        }
      }
    }
    for (const path of [
      '/assets/.env',
      '/.git/config',
      '/.env',
      '/assets/%00',
      '/assets/../../x',
    ]) {
      expect((await rawStatus(stranger.url, path)).status, path).to.be.oneOf([400, 403, 404]);
    }
  });

  it('leads nowhere else, whatever its address says', async () => {
    const tricks = [
      '//evil.example',
      '//evil.example/..',
      '/\\evil.example',
      '/%2f%2fevil.example',
    ];
    const redirecting = [...tricks, '/ops/', '/ops/queues/', '/assets', '/ops//evil.example'];
    for (const path of redirecting) {
      const { status, headers } = await stranger.get(path).catch(() => ({
        status: 0,
        headers: new Headers(),
      }));
      const location = headers.get('location');
      if (location === null) expect(status, path).to.be.oneOf([0, 200, 400, 404]);
      else expect(location, path).to.equal('/ops/login');
    }
    const host = { host: 'evil.example', 'x-forwarded-host': 'evil.example' };
    const { headers } = await stranger.send('GET', '/ops', undefined, host);
    expect(headers.get('location')).to.equal('/ops/login');
  });

  it('of the queue dashboard, and all of its API, is shut to strangers and buyers', async () => {
    const routes = boardRoutes();
    expect(routes).to.have.length.above(20);
    for (const { method, path } of routes) {
      const body = method === 'GET' ? undefined : {};
      const reply = await stranger.send(method, path, body);
      expect([reply.status, reply.headers.get('location')], `${method} ${path}`).to.deep.equal([
        303,
        '/ops/login',
      ]);
      expect(JSON.stringify(reply.body)).to.not.include('waiting-room');
    }
    const buyer = await system.buyer().get('/ops/queues/api/queues');
    expect(buyer.status).to.equal(303);
  });

  it('of the queue dashboard changes nothing even for an operator', async () => {
    const own = { cookie, origin: stranger.url };
    const changing = boardRoutes().filter(({ method }) => method !== 'GET');
    for (const { method, path } of changing) {
      const reply = await stranger.send(method, path, {}, own);
      expect(reply.status, `${method} ${path}`).to.equal(404);
    }
    expect(changing).to.have.length.above(10);
    for (const { method, path } of boardRoutes().filter(({ method }) => method === 'GET')) {
      const reply = await stranger.send(method, path, undefined, own);
      expect(reply.status, path).to.be.oneOf([200, 400, 404]);
    }
  });

  it('sets one cookie, which scripts cannot read and other sites cannot send', async () => {
    for (const path of paths)
      expect((await stranger.get(path)).headers.getSetCookie()).to.deep.equal([]);
    const forwarded = { 'x-forwarded-proto': 'https' };
    const login = await stranger.post('/api/ops/session', { token: OPS_TOKEN }, forwarded);
    const [set = '', ...others] = login.headers.getSetCookie();
    expect(others).to.deep.equal([]);
    expect(set)
      .to.match(/; Path=\/(;|$)/)
      .and.match(/; HttpOnly(;|$)/)
      .and.match(/; SameSite=Strict(;|$)/);
    // Without TRUST_PROXY nobody may claim that the connection was safe.
    expect(set).to.not.match(/; Secure/);
    expect(set).to.not.match(/Domain=/i);
  });

  it('gets a cookie for safe connections alone when a trusted proxy says that it is one', async () => {
    await system.startGateway({ TRUST_PROXY: '1' });
    const forwarded = { 'x-forwarded-proto': 'https' };
    const behind = system.stranger(system.urls.length - 1);
    const login = await behind.post('/api/ops/session', { token: OPS_TOKEN }, forwarded);
    expect(login.headers.getSetCookie()[0]).to.match(/; Secure(;|$)/);
  });
});
