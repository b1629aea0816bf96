import { once } from 'node:events';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import type { Client, Reply } from '../../support/client.js';
import { mint, System } from '../../support/system.js';

/** A query sends a request through Express; without one the listener before it answers. */
const THROUGH_EXPRESS = '?';

interface Wish {
  readonly what: string;
  readonly sale?: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const WISHES: readonly Wish[] = [
  { what: 'an attempt', body: '{"quantity":1}' },
  { what: 'an attempt of three members', body: ' {"quantity":1,"buyerId":"x","__proto__":{}}' },
  { what: 'a byte order mark', body: '\ufeff{"quantity":1}' },
  { what: 'a charset', headers: { 'content-type': 'application/json; charset=utf-8' } },
  { what: 'another charset', headers: { 'content-type': 'application/json; charset=utf-16' } },
  { what: 'another type', headers: { 'content-type': 'text/plain' } },
  { what: 'a coding', headers: { 'content-encoding': 'gzip' } },
  { what: 'no JSON', body: '{"quantity":' },
  { what: 'no object', body: 'null' },
  { what: 'a wrong quantity', body: '{"quantity":"1"}' },
  { what: 'too long a body', body: `{"quantity":1,"x":"${'x'.repeat(17_000)}"}` },
  { what: 'a key', headers: { 'idempotency-key': 'k' } },
  { what: 'a key of too many characters', headers: { 'idempotency-key': 'k'.repeat(129) } },
  { what: 'no such sale', sale: 's0-0000000000' },
  { what: 'no sale id', sale: 'x' },
  { what: 'no token', headers: { authorization: '' } },
  { what: 'a wrong token', headers: { authorization: 'Bearer x.y.z' } },
  { what: 'a token for others', headers: { authorization: `Bearer ${mint({ aud: 'ops' })}` } },
  { what: 'another origin', headers: { origin: 'https://evil.example' } },
  { what: 'a named origin', headers: { origin: 'https://shop.example' } },
];

/** What differs from one answer to the next by nature: ids, tickets, time. */
function comparable({ status, headers, body }: Reply): unknown {
  const { id, ticket, ahead, ...rest } = typeof body === 'string' ? { id: body } : body;
  const told = [...headers].filter(([name]) => !['date', 'content-length'].includes(name));
  const named = told.map(([name, value]) => [name, name === 'location' ? 'somewhere' : value]);
  return { status, headers: Object.fromEntries(named), rest, kinds: [typeof id, typeof ticket] };
}

describe('An attempt that the listener before Express answers', () => {
  let system: System;
  let saleId: string;

  before(async () => {
    system = await System.start({ env: { ALLOWED_ORIGINS: 'https://shop.example' } });
    saleId = await system.createSale({ stock: 1_000 });
  });

  after(() => system.stop());

  function press(buyer: Client, { sale = saleId, body, headers }: Wish, query = '') {
    const path = `/api/sales/${sale}/attempts${query}`;
    return buyer.send('POST', path, body ?? '{"quantity":1}', headers);
  }

  for (const wish of WISHES) {
    it(`is answered just as Express would: ${wish.what}`, async () => {
      const plain = await press(system.buyer(), wish);
      const throughExpress = await press(system.buyer(), wish, THROUGH_EXPRESS);
      expect(comparable(plain)).to.deep.equal(comparable(throughExpress));
      expect(plain.headers.get('content-security-policy')).to.include("default-src 'none'");
    });
  }

  for (const parts of [['{"quantity":1}'], ['', '{"quantity":1}'], ['{"quan', 'tity', '":1}']]) {
    it(`is answered whenever its body comes: ${JSON.stringify(parts)}`, async () => {
      const { token } = system.buyer();
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
      const options = { method: 'POST', headers: { ...headers, 'content-length': 14 } };
      const sent = request(`${system.urls[0]}/api/sales/${saleId}/attempts`, options);
      sent.flushHeaders();
      await once(sent, 'socket');
      for (const part of parts) {
        // Each part by itself, after what was sent before has been read.
        await sleep(parts.length > 1 ? 30 : 0);
        if (part !== '') sent.write(part);
      }
      sent.end();
      const [response] = await once(sent, 'response');
      expect(response.statusCode).to.equal(202);
      expect(JSON.parse(await text(response))).to.include({ saleId, quantity: 1 });
    });
  }

  it('is the same attempt when the other way comes next', async () => {
    const buyer = system.buyer();
    const first = await press(buyer, { what: '' });
    const second = await press(buyer, { what: '' }, THROUGH_EXPRESS);
    expect([first.status, second.status]).to.deep.equal([202, 200]);
    expect(second.body.id).to.equal(first.body.id);
  });
});

describe('The listener before Express', () => {
  let system: System;

  before(async () => {
    system = await System.start({ env: { RATE_LIMIT: 'on' } });
  });

  after(() => system.stop());

  it('counts for the same limit of a buyer as Express does', async () => {
    const saleId = await system.createSale();
    const buyer = system.buyer();
    const statuses: number[] = [];
    for (let i = 0; i < 25; i += 1) {
      const path = `/api/sales/${saleId}/attempts${i % 2 ? THROUGH_EXPRESS : ''}`;
      const { status, headers } = await buyer.post(path, { quantity: 1 });
      statuses.push(status);
      if (status === 429) expect(Number(headers.get('retry-after'))).to.be.within(1, 60);
    }
    expect(statuses.filter((status) => status !== 429)).to.have.length(20);
  });
});
