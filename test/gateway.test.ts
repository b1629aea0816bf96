import { expect } from 'chai';
import { buyBySocket } from './support/client.js';
import { System } from './support/system.js';

describe('A buyer at the door', () => {
  let system: System;

  before(async () => {
    system = await System.start();
  });

  after(() => system.stop());

  it('gets a ticket at once and the stock moments later', async () => {
    const sale = await system.createSale();
    const buyer = system.buyer();
    const reply = await buyer.buy(sale);
    expect(reply.status).to.equal(202);
    expect(reply.body).to.include({ saleId: sale, quantity: 1, state: 'waiting', ticket: 1 });
    const attempt = await buyer.untilDecided(reply.body.id);
    expect(attempt).to.include({ id: reply.body.id, state: 'held', version: 2, ahead: null });
  });

  it('is told the result over Socket.IO', async () => {
    const sale = await system.createSale();
    const { socket, attempts } = await system.buyer().connect();
    expect(attempts).to.deep.equal([]);
    const told = new Promise((resolve) => {
      socket.on('attempt', (attempt) => attempt.state !== 'waiting' && resolve(attempt));
    });
    const answer = await buyBySocket(socket, sale);
    expect(answer).to.have.nested.property('attempt.ticket', 1);
    expect(await told).to.include({ state: 'held' });
    socket.close();
  });
});
