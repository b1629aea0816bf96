import { expect } from 'chai';
import type { Client } from '../support/client.js';
import { emit } from '../support/emit.js';
import { expectProblem } from '../support/problems.js';
import { System } from '../support/system.js';

describe('A body, message or query that reaches for prototypes', () => {
  let system: System;
  let buyer: Client;
  let sale: string;

  before(async () => {
    system = await System.start();
    buyer = system.buyer();
    sale = await system.createSale({ stock: 10, perBuyerLimit: 5 });
  });

  after(() => system.stop());

  /** A polluted prototype would give every later empty body these members. */
  const PARTS = '"quantity":1,"paymentReference":"x","token":"x","name":"x","price":1,"limit":1';
  const TEXTS = [
    `{"__proto__":{${PARTS}}}`,
    `{"constructor":{"prototype":{${PARTS}}}}`,
    `{"a":{"__proto__":{${PARTS}}}}`,
    `[{"__proto__":{${PARTS}}}]`,
  ];

  async function expectClean(): Promise<void> {
    expectProblem(await buyer.post(`/api/sales/${sale}/attempts`, '{}'), 422, 'invalid-request');
    expectProblem(await system.ops().post('/api/ops/products', '{}'), 422, 'invalid-request');
    const { socket } = await buyer.connect();
    const answer = await emit(socket, 'attempt', { saleId: sale });
    expect(answer).to.have.nested.property('problem.code', 'invalid-request');
    socket.close();
    const reply = await system.stranger().get('/api/sales');
    expect(reply.body.items).to.have.lengthOf(1);
  }

  it('changes nothing for those that come later', async () => {
    const { socket } = await buyer.connect();
    for (const text of TEXTS) {
      const paths = [`/api/sales/${sale}/attempts`, '/api/sessions', '/api/ops/session'];
      for (const path of paths) await buyer.post(path, text);
      await system.ops().post('/api/ops/products', text);
      for (const event of ['attempt', 'watch', 'unwatch']) {
        await emit(socket, event, JSON.parse(text));
      }
      await expectClean();
    }
    socket.close();
    for (const query of [
      '__proto__[limit]=1&__proto__.limit=1',
      'constructor[prototype][limit]=1',
      '__proto__=1&constructor=1&toString=1&hasOwnProperty=1',
    ]) {
      const reply = await buyer.get(`/api/attempts?${query}`);
      expect(reply.status).to.equal(200);
      await expectClean();
    }
  });
});
