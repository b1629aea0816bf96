import { expect } from 'chai';
import { io } from 'socket.io-client';
import type { Attempt } from '../../../core/contract.js';
import type { BuyerSocket } from '../../support/client.js';
import { hold } from '../../support/shop.js';
import { System } from '../../support/system.js';
import { Tap } from '../../support/tap.js';

describe('A buyer who connects while an attempt changes', () => {
  let system: System;
  let wire: Tap;

  before(async () => {
    system = await System.start();
    wire = await Tap.open(system.servers.REDIS_URL);
    await system.startGateway({ REDIS_URL: wire.url });
  });

  after(async () => {
    await system.stop();
    await wire.close();
  });

  it('is told of the change, also when the snapshot was read before it and comes after it', async () => {
    const [first, second] = [await system.createSale(), await system.createSale()];
    const buyer = system.buyer();
    const { id } = await hold(buyer, first);
    // The snapshot has been read; before the gateway has it, the hold is given back elsewhere.
    const read = new RegExp(`buyers:${first}[^]*${buyer.name}`);
    const stood = wire.spring(read, 'after', async () => {
      await buyer.delete(`/api/attempts/${id}`);
      return 'go on';
    });
    const elsewhere = system.buyer(buyer.name, 1);
    const socket: BuyerSocket = io(elsewhere.url, {
      transports: ['websocket'],
      auth: { token: elsewhere.token },
      forceNew: true,
      reconnection: false,
    });
    const told: Attempt[] = [];
    const later = new Promise<void>((resolve) => {
      socket.on('attempt', (attempt) => {
        told.push(attempt);
        if (attempt.saleId === second) resolve();
      });
    });
    await new Promise<void>((resolve) => socket.once('attempts', () => resolve()));
    await stood;
    // The feed is in order: who is told of this one was told of all before it.
    await buyer.buy(second);
    await later;
    socket.close();
    expect(told.map((attempt) => [attempt.id, attempt.state])).to.deep.include([id, 'released']);
  });
});
