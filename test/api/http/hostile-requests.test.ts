import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { Client, type Reply } from '../../support/client.js';
import { eventually } from '../../support/eventually.js';
import { expectProblem, pathsOf } from '../../support/problems.js';
import { changedKeys, quietState, redisState } from '../../support/redis-state.js';
import { mint, System } from '../../support/system.js';
import { badTokens, inSeconds } from '../../support/tokens.js';

/** A body of JSON text as it goes over the wire, and what it tries. */
const BAD_QUANTITIES = [
  '"nan"',
  '"1"',
  '-1',
  '0',
  '-0',
  '1.5',
  '1e400',
  '-1e400',
  '9007199254740993',
  '1001',
  'null',
  'true',
  '[1]',
  '[]',
  '{}',
  '{"$gt":0}',
];

const MALFORMED = ['{', '{"quantity":1', 'quantity=1', "{'quantity':1}", '{"quantity":NaN}', ' '];

const NOT_OBJECTS = ['null', '[]', '[{"quantity":1}]', '"quantity"', '1', 'true'];

/** Sends a request that fetch would not: its headers are exactly these. */
function raw(
  client: Client,
  path: string,
  headers: Record<string, string>,
  write: (body: NodeJS.WritableStream) => void = () => undefined,
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(
      `${client.url}${path}`,
      { method: 'POST', headers: { authorization: `Bearer ${client.token}`, ...headers } },
      async (response) => {
        const text = (await response.toArray()).join('');
        const got = Object.entries(response.headers).map(([name, value]) => [name, String(value)]);
        const body = text.startsWith('{') ? JSON.parse(text) : text;
        const head = new Headers(got as [string, string][]);
        resolve({ status: response.statusCode ?? 0, headers: head, body });
      },
    );
    outgoing.on('error', reject);
    write(outgoing);
    outgoing.end();
  });
}

describe('The HTTP door, asked badly', () => {
  let system: System;
  let sale: string;
  let buyer: Client;
  let path: string;
  let earlier: Record<string, unknown>;

  before(async () => {
    system = await System.start();
    sale = await system.createSale({ stock: 5, perBuyerLimit: 3 });
    path = `/api/sales/${sale}/attempts`;
  });

  beforeEach(async () => {
    buyer = system.buyer();
    earlier = await quietState(system.redis);
  });

  after(() => system.stop());

  async function expectNothingChanged(): Promise<void> {
    expect(changedKeys(earlier, await redisState(system.redis))).to.deep.equal([]);
    expect((await system.stranger().get('/healthz')).status).to.equal(200);
    expect(system.gateways.map(({ running }) => running)).to.deep.equal([true]);
    const faults = system.gateways[0]?.lines.filter(({ level }) => Number(level) >= 50);
    expect(faults).to.deep.equal([]);
  }

  describe('with a bad body', () => {
    afterEach(expectNothingChanged);

    for (const quantity of BAD_QUANTITIES) {
      it(`refuses the quantity ${quantity} by its path`, async () => {
        const reply = await buyer.post(path, `{"quantity":${quantity}}`);
        expect(pathsOf(expectProblem(reply, 422, 'invalid-request'))).to.deep.equal(['quantity']);
      });
    }

    it('refuses an object without a quantity by its path', async () => {
      for (const body of ['{}', '{"Quantity":1}', '{"__proto__":{"quantity":1}}']) {
        const reply = await buyer.post(path, body);
        expect(pathsOf(expectProblem(reply, 422, 'invalid-request'))).to.deep.equal(['quantity']);
      }
    });

    it('refuses JSON that is no object', async () => {
      for (const body of NOT_OBJECTS) {
        expectProblem(await buyer.post(path, body), 422, 'invalid-request');
      }
    });

    it('calls what is not JSON malformed', async () => {
      for (const body of MALFORMED)
        expectProblem(await buyer.post(path, body), 400, 'malformed-json');
    });

    it('calls a missing body malformed, whatever the headers announce', async () => {
      expectProblem(await raw(buyer, path, {}), 400, 'malformed-json');
      expectProblem(await raw(buyer, path, { 'content-length': '0' }), 400, 'malformed-json');
      const json = { 'content-type': 'application/json' };
      expectProblem(await raw(buyer, path, json), 400, 'malformed-json');
      const empty = { ...json, 'content-length': '0' };
      expectProblem(await raw(buyer, path, empty), 400, 'malformed-json');
      const chunked = { ...json, 'transfer-encoding': 'chunked' };
      expectProblem(await raw(buyer, path, chunked), 400, 'malformed-json');
    });

    it('refuses a megabyte of JSON, announced or in chunks', async () => {
      const body = `{"quantity":1,"pad":"${'x'.repeat(1_048_576)}"}`;
      expectProblem(await buyer.post(path, body), 413, 'too-large');
      const chunked = { 'content-type': 'application/json', 'transfer-encoding': 'chunked' };
      const reply = await raw(buyer, path, chunked, (sink) => sink.write(body));
      expectProblem(reply, 413, 'too-large');
    });

    it('refuses one byte above 16 KiB', async () => {
      const body = `{"quantity":0,"pad":"${'x'.repeat(16_384 - 23)}"}`;
      expect(Buffer.byteLength(body)).to.equal(16_384);
      expectProblem(await buyer.post(path, body), 422, 'invalid-request');
      expectProblem(await buyer.post(path, `${body} `), 413, 'too-large');
    });

    it('refuses JSON that is nested 45,000 deep', async () => {
      const deep = `${'['.repeat(45_000)}${']'.repeat(45_000)}`;
      expectProblem(await buyer.post(path, `{"quantity":${deep}}`), 413, 'too-large');
      expectProblem(await buyer.post(path, '['.repeat(45_000)), 413, 'too-large');
    });

    it('refuses the deepest JSON that fits the limit by its path', async () => {
      const deep = `${'['.repeat(8_000)}${']'.repeat(8_000)}`;
      const reply = await buyer.post(path, `{"quantity":${deep}}`);
      expect(pathsOf(expectProblem(reply, 422, 'invalid-request'))).to.deep.equal(['quantity']);
      expectProblem(await buyer.post(path, '['.repeat(16_000)), 400, 'malformed-json');
    });

    it('refuses every type but JSON', async () => {
      const types = [
        'text/plain',
        'application/x-www-form-urlencoded',
        'multipart/form-data; boundary=x',
        'application/jsonp',
        'application/json-patch+json',
        'nonsense',
        'application/json; charset=iso-8859-1',
      ];
      for (const type of types) {
        const reply = await buyer.post(path, '{"quantity":1}', { 'content-type': type });
        expectProblem(reply, 415, 'unsupported-media-type');
      }
      const untyped = await raw(buyer, path, {}, (sink) => sink.write('{"quantity":1}'));
      expectProblem(untyped, 415, 'unsupported-media-type');
    });

    it('refuses a coded body', async () => {
      const coded = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
      const body = gzipSync('{"quantity":1}');
      const reply = await raw(buyer, path, coded, (sink) => sink.write(body));
      expectProblem(reply, 415, 'unsupported-media-type');
    });
  });

  describe('with a bad token', () => {
    afterEach(expectNothingChanged);

    for (const [wrong, token] of Object.entries(badTokens())) {
      it(`lets nobody in by a token with ${wrong}`, async () => {
        const client = new Client(buyer.url, token, 'mallory');
        const reply = await client.buy(sale);
        expectProblem(reply, 401, 'unauthenticated');
        expect(reply.headers.get('www-authenticate')).to.equal('Bearer');
        expectProblem(await client.get('/api/attempts'), 401, 'unauthenticated');
      });
    }

    it('lets nobody in without a token or by another scheme', async () => {
      const stranger = system.stranger();
      expectProblem(await stranger.buy(sale), 401, 'unauthenticated');
      for (const authorization of [
        'Bearer',
        'Bearer ',
        `Basic ${mint({ sub: 'a' })}`,
        'bearer a b',
      ]) {
        const reply = await stranger.send('GET', '/api/attempts', undefined, { authorization });
        expectProblem(reply, 401, 'unauthenticated');
      }
    });

    it('turns a token away from the moment at which it expires', async () => {
      const client = new Client(buyer.url, mint({ sub: 'late', exp: inSeconds(3) }), 'late');
      expect((await client.get('/api/attempts')).status).to.equal(200);
      const refused = await eventually(
        () => client.get('/api/attempts'),
        ({ status }) => status !== 200,
      );
      expectProblem(refused, 401, 'unauthenticated');
    });
  });

  describe('for what is not there or not theirs', () => {
    const unknownSales = () => [
      's0-zzzzzzzzzz',
      's7-aaaaaaaaaa',
      's999-aaaaaaaaaa',
      's1000-aaaaaaaaaa',
      's00-aaaaaaaaaa',
      's-1-aaaaaaaaaa',
      sale.toUpperCase(),
      `${sale}:requests`,
      `${sale}|1`,
      `${sale}{}`,
      `${sale}\n`,
      `${sale} `,
      `${sale}\0`,
      '{lane-0}',
      '__proto__',
      'constructor',
      '구매',
      'x'.repeat(2_000),
    ];

    afterEach(expectNothingChanged);

    it('knows no sale by a made-up id', async () => {
      for (const id of unknownSales().map(encodeURIComponent)) {
        expectProblem(await buyer.buy(id), 404, 'not-found');
        expectProblem(await buyer.get(`/api/sales/${id}`), 404, 'not-found');
        expectProblem(await system.ops().post(`/api/ops/sales/${id}/pause`), 404, 'not-found');
        expectProblem(await system.ops().get(`/api/ops/sales/${id}/audit`), 404, 'not-found');
        const list = await buyer.get(`/api/attempts?saleId=${id}`);
        if (list.status !== 422) expect(list.body).to.deep.equal({ items: [], nextCursor: null });
      }
    });

    it('knows no product by a made-up id', async () => {
      for (const id of ['p-zzzzzzzzzz', 'p-', '__proto__', 'p-aaaaaaaaaa\n'].map(
        encodeURIComponent,
      )) {
        expectProblem(await buyer.get(`/api/products/${id}`), 404, 'not-found');
        expectProblem(await buyer.get(`/api/products/${id}/stock`), 404, 'not-found');
        const patched = await system.ops().patch(`/api/ops/products/${id}`, { price: 1 });
        expectProblem(patched, 404, 'not-found');
      }
    });

    it('answers an address or a method that it does not have with a problem', async () => {
      expectProblem(await buyer.get('/api/nothing'), 404, 'not-found');
      expectProblem(await buyer.send('PUT', path, { quantity: 1 }), 404, 'not-found');
      const broken = await buyer.get('/api/attempts/%ZZ');
      expect(broken.status).to.equal(404);
      expect(broken.headers.get('content-type')).to.match(/^application\/problem\+json/);
    });

    it('refuses queries out of bounds by their path', async () => {
      const wrong = {
        limit: ['0', '-1', '101', '1.5', 'x', ''],
        cursor: ['!', 'e30', 'x'.repeat(300)],
      };
      for (const [name, values] of Object.entries(wrong)) {
        for (const value of values) {
          const reply = await buyer.get(`/api/attempts?${name}=${encodeURIComponent(value)}`);
          expect(pathsOf(expectProblem(reply, 422, 'invalid-request'))).to.deep.equal([name]);
        }
      }
      const twice = await buyer.get(`/api/attempts?saleId=${sale}&saleId=${sale}`);
      expect(pathsOf(expectProblem(twice, 422, 'invalid-request'))).to.deep.equal(['saleId']);
    });
  });

  it("answers another buyer's attempt as if there were none", async () => {
    const { body: attempt } = await buyer.buy(sale);
    await buyer.untilDecided(attempt.id);
    const state = await quietState(system.redis);
    const other = system.buyer();
    const [id, body, ticket, tag] = /^(a\d+-\w+)-(\d+)-(\w+)$/.exec(attempt.id) as RegExpExecArray;
    const none = await other.get(`/api/attempts/${body}-999999-${tag}`);
    expectProblem(none, 404, 'not-found');
    for (const method of ['GET', 'DELETE']) {
      const reply = await other.send(method, `/api/attempts/${id}`);
      expectProblem(reply, 404, 'not-found');
      expect(reply.body).to.deep.equal(none.body);
    }
    const lookalikes = [
      `${body}-${ticket}-aaaaaa`,
      `${body}-0${ticket}-${tag}`,
      `${body}-0-${tag}`,
      `${body}-9999999999-${tag}`,
      `${id}\n`,
      `${id}|`,
      `${id}:`,
      '__proto__',
    ];
    for (const one of lookalikes.map(encodeURIComponent)) {
      expectProblem(await buyer.get(`/api/attempts/${one}`), 404, 'not-found');
      expectProblem(await buyer.delete(`/api/attempts/${one}`), 404, 'not-found');
    }
    expect(changedKeys(state, await redisState(system.redis))).to.deep.equal([]);
    expect((await buyer.get(`/api/attempts/${id}`)).body).to.include({ id, state: 'held' });
    await buyer.delete(`/api/attempts/${id}`);
  });

  it('takes nothing from a body but the quantity: whose attempt it is, the token says', async () => {
    const victim = system.buyer();
    const more = {
      buyerId: victim.name,
      sub: victim.name,
      state: 'held',
      ticket: 1,
      id: 'a0-x-1-y',
    };
    const reply = await buyer.post(path, { quantity: 1, ...more });
    expect(reply.status).to.equal(202);
    expect(reply.body).to.include({ state: 'waiting', quantity: 1 });
    expect((await buyer.get('/api/attempts')).body.items).to.have.lengthOf(1);
    expect((await victim.get('/api/attempts')).body.items).to.deep.equal([]);
    await buyer.untilDecided(reply.body.id);
    await buyer.delete(`/api/attempts/${reply.body.id}`);
  });

  it('looks at the token first, then at the sale, then at the body, then at the key', async () => {
    const nowhere = '/api/sales/s0-zzzzzzzzzz/attempts';
    const key = { 'idempotency-key': 'x'.repeat(129) };
    const huge = 'x'.repeat(1_048_576);
    for (const body of ['{', '{"quantity":0}', huge]) {
      expectProblem(await system.stranger().post(path, body, key), 401, 'unauthenticated');
      expectProblem(await system.stranger().post(nowhere, body, key), 401, 'unauthenticated');
      expectProblem(await buyer.post(nowhere, body, key), 404, 'not-found');
    }
    const typed = { ...key, 'content-type': 'text/plain' };
    expectProblem(await buyer.post(nowhere, 'x', typed), 404, 'not-found');
    expectProblem(await buyer.post(path, '{', key), 400, 'malformed-json');
    const both = await buyer.post(path, { quantity: 0 }, key);
    expect(pathsOf(expectProblem(both, 422, 'invalid-request'))).to.include('quantity');
    const last = await buyer.post(path, { quantity: 1 }, key);
    expect(pathsOf(expectProblem(last, 422, 'invalid-request'))).to.deep.equal(['Idempotency-Key']);
    await expectNothingChanged();
  });

  it('refuses keys that are empty, too long or outside printable ASCII', async () => {
    for (const key of ['', 'x'.repeat(129), 'x'.repeat(8_000), 'clé', 'a\tb', '\u00a0']) {
      const reply = await raw(
        buyer,
        path,
        {
          'content-type': 'application/json',
          'idempotency-key': Buffer.from(key).toString('latin1'),
        },
        (sink) => sink.write('{"quantity":1}'),
      );
      const paths = pathsOf(expectProblem(reply, 422, 'invalid-request'));
      expect(paths).to.deep.equal(['Idempotency-Key']);
    }
    await expectNothingChanged();
  });

  it('takes every printable key for what it is', async () => {
    const keys = [
      'x'.repeat(128),
      'a|b|c',
      'a:b',
      '{}',
      '{lane-0}',
      '__proto__',
      '%00',
      "'; --",
      '0',
    ];
    const { body: first } = await buyer.buy(sale, 1, 'the first');
    for (const key of keys) {
      const one = await buyer.buy(sale, 1, key);
      expect(one.status).to.equal(200);
      expect(one.body.id).to.equal(first.id);
      expectProblem(await buyer.buy(sale, 2, key), 422, 'idempotency-key-reused');
    }
    const again = await buyer.buy(sale, 1, 'the first');
    expect([again.status, again.body.id]).to.deep.equal([202, first.id]);
    const { items } = (await buyer.get(`/api/attempts?saleId=${sale}`)).body;
    expect(items).to.have.lengthOf(1);
    await buyer.delete(`/api/attempts/${first.id}`);
  });

  it('serves buyers whose ids look like code', async () => {
    const names = ['__proto__', 'constructor', 'toString', '.', '-', '0', 'a'.repeat(64)];
    const many = await system.createSale({ stock: 100 });
    for (const name of names) {
      const client = system.buyer(name);
      const reply = await client.buy(many);
      expect(reply.status).to.equal(202);
      expect(await client.untilDecided(reply.body.id)).to.include({ state: 'held' });
      const { items } = (await client.get('/api/attempts')).body;
      expect(items.map(({ id }: { id: string }) => id)).to.deep.equal([reply.body.id]);
    }
  });

  it('survives headers of 20 kilobytes, half requests and garbage on the line', async () => {
    const huge = await raw(buyer, path, { 'x-pad': 'x'.repeat(20_000) }).catch((error) => error);
    expect(huge).to.include({ status: 431 });
    const lines = [
      'GET\r\n\r\n',
      '\x16\x03\x01\x02\x00',
      `POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n{`,
    ];
    for (const line of lines) {
      await new Promise<void>((resolve) => {
        const socket = connect(Number(new URL(buyer.url).port), '127.0.0.1', () =>
          socket.end(line),
        );
        socket.on('error', () => undefined).on('close', () => resolve());
        socket.resume();
      });
    }
    await expectNothingChanged();
  });
});
