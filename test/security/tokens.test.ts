import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { Client } from '../support/client.js';
import { expectProblem } from '../support/problems.js';
import { SESSION_SECRET, System } from '../support/system.js';
import { badTokens, forge, inSeconds } from '../support/tokens.js';

/** Signs a text as the claims that it is, member for member. */
function signText(claims: string): string {
  const head = Buffer.from('{"alg":"HS256","typ":"JWT"}').toString('base64url');
  const text = `${head}.${Buffer.from(claims).toString('base64url')}`;
  return `${text}.${createHmac('sha256', SESSION_SECRET).update(text).digest('base64url')}`;
}

describe('A token', () => {
  let system: System;
  let url: string;
  const claims = { sub: 'alice', aud: 'buyer', exp: inSeconds(3600) };

  before(async () => {
    system = await System.start();
    url = system.urls[0] as string;
  });

  after(() => system.stop());

  function bearer(token: string): Client {
    return new Client(url, token, 'alice');
  }

  it('is checked by the key of this system, wherever its header says a key could be found', async () => {
    let asked = 0;
    const elsewhere = createServer((_request, response) => {
      asked += 1;
      response.end('{"keys":[]}');
    });
    elsewhere.listen(0, '127.0.0.1');
    await once(elsewhere, 'listening');
    const jku = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/keys`;
    const header = { alg: 'HS256', typ: 'JWT', kid: '../../dev/null', jku, x5u: jku };
    expect((await bearer(forge(claims, header)).get('/api/cart')).status).to.equal(200);
    const { socket } = await bearer(forge(claims, header)).connect();
    socket.close();
    const stolen = forge(claims, header, { secret: 'x'.repeat(40) });
    expectProblem(await bearer(stolen).get('/api/cart'), 401, 'unauthenticated');
    expect(asked).to.equal(0);
    elsewhere.close();
  });

  it('that names two subjects speaks for one and the same at both doors', async () => {
    const rest = `"aud":"buyer","exp":${claims.exp}`;
    const token = signText(`{"sub":"alice","sub":"bob",${rest}}`);
    const sale = await system.createSale();
    const { body } = await bearer(token).buy(sale);
    const { socket, attempts } = await bearer(token).connect();
    socket.close();
    expect(attempts.map(({ id }) => id)).to.deep.equal([body.id]);
    const [alice, bob] = await Promise.all(
      ['alice', 'bob'].map(async (name) => (await system.buyer(name).get('/api/attempts')).body),
    );
    expect([alice.items.length, bob.items.length]).to.deep.equal([0, 1]);
  });

  it('with a repeated expiry or audience is judged by the last one, as its JSON says', async () => {
    const past = inSeconds(-60);
    const wrong = [
      `{"sub":"alice","aud":"buyer","exp":${claims.exp},"exp":${past}}`,
      `{"sub":"alice","aud":"buyer","aud":"ops","exp":${claims.exp}}`,
      `{"sub":"alice","sub":"","aud":"buyer","exp":${claims.exp}}`,
      `{"__proto__":{"sub":"alice","aud":"buyer","exp":${claims.exp}}}`,
    ];
    for (const text of wrong) {
      expectProblem(await bearer(signText(text)).get('/api/cart'), 401, 'unauthenticated');
      const refused = await bearer(signText(text))
        .connect()
        .catch((error) => error);
      expect(refused.data).to.include({ status: 401 });
    }
  });

  it('comes once: a second Authorization header is not looked at', async () => {
    const good = forge(claims);
    const bad = badTokens()['another secret'] as string;
    const statuses: number[] = [];
    for (const tokens of [
      [bad, good],
      [good, bad],
    ]) {
      const sent = request(`${url}/api/cart`);
      sent.setHeader(
        'authorization',
        tokens.map((token) => `Bearer ${token}`),
      );
      sent.end();
      const [response] = await once(sent, 'response');
      response.resume();
      statuses.push(response.statusCode);
    }
    expect(statuses[0]).to.equal(401);
    expect(statuses[1]).to.be.oneOf([200, 401]);
  });

  it('opens no door of operators, and theirs none of buyers', async () => {
    const ops = { ...claims, sub: 'ops', aud: 'ops', jti: 'x' };
    expectProblem(await bearer(forge(ops)).get('/api/cart'), 401, 'unauthenticated');
    expectProblem(await bearer(forge(ops)).get('/api/ops/lanes'), 401, 'unauthenticated');
    const cookie = { cookie: `dropgate_ops=${forge({ ...claims, sub: 'ops', jti: 'x' })}` };
    const reply = await system.stranger().send('GET', '/api/ops/lanes', undefined, cookie);
    expectProblem(reply, 401, 'unauthenticated');
  });
});
