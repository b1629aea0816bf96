import { expect } from 'chai';
import { io } from 'socket.io-client';
import type { Attempt, ProductStock, Sale } from '../../../core/contract.js';
import { type BuyerSocket, buyBySocket, type Client } from '../../support/client.js';
import { expectProblem, expectProblemBody } from '../../support/problems.js';
import type { Daemon } from '../../support/processes.js';
import { System } from '../../support/system.js';

const SHOP = 'https://shop.example';

describe('A buyer with open sockets on two gateways', () => {
  let system: System;
  let open: BuyerSocket[];

  before(async () => {
    system = await System.start({ gateways: 2, env: { ALLOWED_ORIGINS: SHOP } });
  });

  beforeEach(() => {
    open = [];
  });

  afterEach(() => {
    for (const socket of open) socket.close();
  });

  after(() => system.stop());

  async function connect(client: Client) {
    const connected = await client.connect();
    open.push(connected.socket);
    return connected;
  }

  /** Resolves when the socket is told of an attempt in this state. */
  function toldOf(socket: BuyerSocket, state: string): Promise<Attempt> {
    return new Promise((resolve) => {
      socket.on('attempt', (attempt) => attempt.state === state && resolve(attempt));
    });
  }

  function toldOfSale(socket: BuyerSocket, fits: (sale: Sale) => boolean): Promise<Sale> {
    return new Promise((resolve) => {
      socket.on('sale', (sale) => fits(sale) && resolve(sale));
    });
  }

  it('is told on connect of the latest attempt in each sale, on any gateway', async () => {
    const [one, two] = [await system.createSale(), await system.createSale()];
    const buyer = system.buyer();
    const first = await buyer.buy(one);
    await buyer.delete(`/api/attempts/${first.body.id}`);
    const latest = [await buyer.buy(one), await buyer.buy(two)].map(({ body }) => body.id);
    const read = await Promise.all(latest.map((id) => buyer.untilDecided(id)));
    for (const gateway of [0, 1]) {
      const { attempts } = await connect(system.buyer(buyer.name, gateway));
      expect(attempts).to.have.deep.members(read);
    }
    expect((await connect(system.buyer())).attempts).to.deep.equal([]);
  });

  it('is told of every change on every socket, and nobody else is', async () => {
    const sale = await system.createSale({ holdSeconds: 2 });
    const buyer = system.buyer();
    const clients = [buyer, buyer, system.buyer(buyer.name, 1)];
    const sockets = await Promise.all(clients.map(async (one) => (await connect(one)).socket));
    const other = (await connect(system.buyer())).socket;
    const heard: Attempt[] = [];
    other.on('attempt', (attempt) => heard.push(attempt));
    const versions = sockets.map((socket) => {
      const seen: number[] = [];
      socket.on('attempt', ({ version }) => seen.push(version));
      return seen;
    });
    const expired = sockets.map((socket) => toldOf(socket, 'expired'));
    const answer = await buyBySocket(sockets[0] as BuyerSocket, sale);
    if (!answer.ok) throw new Error(answer.problem.code);
    expect(answer.attempt).to.include({ state: 'waiting', ticket: 1, ahead: 0 });
    for (const attempt of await Promise.all(expired)) {
      expect(attempt).to.include({ id: answer.attempt.id, version: 3, ahead: null });
    }
    // A place in line is told by the answer, and pushed only where the decision takes longer.
    const decided = versions.map((seen) => seen.filter((version) => version > 1));
    expect(decided).to.deep.equal([
      [2, 3],
      [2, 3],
      [2, 3],
    ]);
    for (const seen of versions) expect(seen).to.deep.equal(seen.toSorted());
    await buyBySocket(other, 's0-zzzzzzzzzz');
    expect(heard).to.deep.equal([]);
  });

  it('is told of its place on every socket while its decision takes its time', async () => {
    const sale = await system.createSale();
    const buyer = system.buyer();
    const clients = [buyer, buyer, system.buyer(buyer.name, 1)];
    const sockets = await Promise.all(clients.map(async (one) => (await connect(one)).socket));
    const waiting = sockets.map((socket) => toldOf(socket, 'waiting'));
    const held = sockets.map((socket) => toldOf(socket, 'held'));
    const worker = system.workers[0] as Daemon;
    worker.child.kill('SIGSTOP');
    const { body } = await buyer.buy(sale);
    for (const attempt of await Promise.all(waiting)) {
      expect(attempt).to.include({ id: body.id, state: 'waiting', version: 1, ahead: 0 });
    }
    worker.child.kill('SIGCONT');
    for (const attempt of await Promise.all(held)) expect(attempt.version).to.equal(2);
  });

  it('is told of no place any more after having left the line', async () => {
    const sale = await system.createSale();
    const [leaver, follower] = [system.buyer(), system.buyer()];
    const { socket } = await connect(leaver);
    const versions: number[] = [];
    socket.on('attempt', ({ version }) => versions.push(version));
    const released = toldOf(socket, 'released');
    const place = toldOf((await connect(follower)).socket, 'waiting');
    const worker = system.workers[0] as Daemon;
    worker.child.kill('SIGSTOP');
    const { body } = await leaver.buy(sale);
    await leaver.delete(`/api/attempts/${body.id}`);
    await follower.buy(sale);
    await released;
    // Places are told in the order of entering: the leaver's turn is over by then.
    expect(await place).to.include({ ticket: 2, ahead: 0 });
    worker.child.kill('SIGCONT');
    await follower.untilDecided((await follower.get('/api/attempts')).body.items[0].id);
    expect(versions.at(-1)).to.equal(2);
    expect(versions).to.deep.equal(versions.toSorted());
  });

  it('is told in every tab that the hold was given back in one', async () => {
    const sale = await system.createSale();
    const buyer = system.buyer();
    const { body } = await buyer.buy(sale);
    await buyer.untilDecided(body.id);
    const sockets = [await connect(buyer), await connect(system.buyer(buyer.name, 1))];
    const released = sockets.map(({ socket }) => toldOf(socket, 'released'));
    const left = await system.buyer(buyer.name, 1).delete(`/api/attempts/${body.id}`);
    for (const attempt of await Promise.all(released)) expect(attempt).to.deep.equal(left.body);
  });

  it('gets over the socket what the HTTP door answers', async () => {
    const sale = await system.createSale({ perBuyerLimit: 2 });
    const buyer = system.buyer();
    const { socket } = await connect(buyer);
    const first = await buyBySocket(socket, sale, 1, 'a key');
    if (!first.ok) throw new Error(first.problem.code);
    const held = await buyer.untilDecided(first.attempt.id);
    expect(await buyBySocket(socket, sale, 1, 'a key')).to.deep.equal({ ok: true, attempt: held });
    expect((await buyer.buy(sale, 1, 'a key')).body).to.deep.equal(held);
    for (const [quantity, key] of [[2, 'a key']] as const) {
      const answer = await buyBySocket(socket, sale, quantity, key);
      const reply = await buyer.buy(sale, quantity, key);
      expect(answer).to.deep.equal({ ok: false, problem: reply.body });
    }
    await system.ops().post(`/api/ops/sales/${sale}/pause`);
    const next = await connect(system.buyer());
    const paused = await buyBySocket(next.socket, sale);
    expectProblem(await system.buyer().buy(sale), 409, 'sale-paused');
    if (paused.ok) throw new Error('entered a paused sale');
    expectProblemBody(paused.problem, 409, 'sale-paused');
  });

  it('sees a sale change while watching it, on either gateway, and no more after that', async () => {
    const sale = await system.createSale();
    const sockets = [(await connect(system.buyer())).socket];
    sockets.push((await connect(system.buyer(undefined, 1))).socket);
    const gone = (await connect(system.buyer())).socket;
    for (const socket of [...sockets, gone]) {
      const answer = await socket.emitWithAck('watch', { saleId: sale });
      expect(answer).to.have.nested.property('sale.state', 'open');
    }
    const heard: Sale[] = [];
    gone.on('sale', (told) => heard.push(told));
    expect(await gone.emitWithAck('unwatch', { saleId: sale })).to.deep.equal({ ok: true });
    const paused = sockets.map((socket) => toldOfSale(socket, ({ state }) => state === 'paused'));
    const reply = await system.ops().post(`/api/ops/sales/${sale}/pause`);
    for (const told of await Promise.all(paused)) {
      const { serverTime: _then, ...rest } = told;
      expect(reply.body).to.deep.include(rest);
    }
    await gone.emitWithAck('unwatch', { saleId: sale });
    expect(heard).to.deep.equal([]);
  });

  it('hears of a sale at most four times a second, and always of the last change', async () => {
    const sale = await system.createSale({ stock: 0 });
    const { socket } = await connect(system.buyer());
    await socket.emitWithAck('watch', { saleId: sale });
    const heard: Sale[] = [];
    socket.on('sale', (told) => heard.push(told));
    const last = toldOfSale(socket, ({ stock }) => stock.total === 60);
    for (let i = 0; i < 60; i += 1) {
      await system.ops().post(`/api/ops/sales/${sale}/restock`, { quantity: 1 });
    }
    expect((await last).stock).to.deep.equal({ total: 60, available: 60, held: 0, sold: 0 });
    expect(heard.length).to.be.below(60);
    const totals = heard.map(({ stock }) => stock.total);
    expect(totals).to.deep.equal([...totals].sort((a, b) => a - b));
    const times = heard.map(({ serverTime }) => Date.parse(serverTime));
    times.slice(4).forEach((time, i) => {
      // By the gateway's own clock, which follows Redis's by a few milliseconds.
      expect(time - (times[i] as number)).to.be.at.least(950);
    });
  });

  it('hears of changed stock, whichever gateway changed it', async () => {
    const fields = { name: 'Ordinary goods', price: 100, stock: 5 };
    const { body: product } = await system.ops().post('/api/ops/products', fields);
    const sockets = [await connect(system.buyer()), await connect(system.buyer(undefined, 1))];
    for (const gateway of [0, 1]) {
      const available = 50 + gateway;
      const told = sockets.map(
        ({ socket }) =>
          new Promise<ProductStock>((resolve) => {
            socket.on('stock', (stock) => stock.available === available && resolve(stock));
          }),
      );
      await system.ops(gateway).patch(`/api/ops/products/${product.id}`, { stock: available });
      for (const stock of await Promise.all(told)) {
        expect(stock).to.deep.equal({ productId: product.id, available });
      }
    }
  });

  it('sees the new price of a product in a sale on the gateway that did not change it', async () => {
    const sale = await system.createSale();
    const { product } = (await system.stranger().get(`/api/sales/${sale}`)).body;
    const { socket } = await connect(system.buyer());
    const told = new Promise((resolve) => {
      socket.on('stock', ({ productId }) => productId === product.id && resolve(null));
    });
    await system.ops(1).patch(`/api/ops/products/${product.id}`, { price: 7 });
    await told;
    const { body } = await system.stranger().get(`/api/sales/${sale}`);
    expect(body.product).to.deep.equal({ ...product, price: 7 });
  });

  describe('coming from a page', () => {
    function from(origin: string): Promise<'connected' | 'refused'> {
      const socket: BuyerSocket = io(system.urls[0] as string, {
        transports: ['websocket'],
        auth: { token: system.buyer().token },
        forceNew: true,
        reconnection: false,
        extraHeaders: { origin },
      });
      open.push(socket);
      return new Promise((resolve) => {
        socket.once('connect', () => resolve('connected'));
        socket.once('connect_error', () => resolve('refused'));
      });
    }

    it("is let in by the gateway's own pages and by named origins", async () => {
      expect(await from(system.urls[0] as string)).to.equal('connected');
      expect(await from(SHOP)).to.equal('connected');
    });

    it('is refused from foreign pages', async () => {
      const foreign = [
        'https://evil.example',
        `${SHOP}.evil.example`,
        'http://shop.example',
        'https://shop.example:8443',
        'null',
        'file://',
        system.urls[1] as string,
      ];
      for (const origin of foreign) expect(await from(origin), origin).to.equal('refused');
    });

    it('is refused over HTTP from foreign pages as well, and let in from named ones', async () => {
      const stranger = system.stranger();
      const evil = { origin: 'https://evil.example' };
      const refused = await stranger.send('GET', '/api/products', undefined, evil);
      expectProblem(refused, 403, 'origin-not-allowed');
      const shop = { origin: SHOP };
      const preflight = await stranger.send('OPTIONS', '/api/products', undefined, shop);
      expect(preflight.status).to.equal(204);
      const served = await stranger.send('GET', '/api/products', undefined, shop);
      expect(served.headers.get('access-control-allow-origin')).to.equal(SHOP);
      expect(served.headers.get('access-control-allow-credentials')).to.equal(null);
    });
  });

  it('is refused by long polling: websockets alone need no sticky sessions', async () => {
    const reply = await system.stranger().get('/socket.io/?EIO=4&transport=polling');
    expect(reply.status).to.equal(400);
  });
});

describe('A buyer who is too fast', () => {
  let system: System;

  before(async () => {
    system = await System.start({ env: { RATE_LIMIT: 'on' } });
  });

  after(() => system.stop());

  it('may press Buy twenty times in ten seconds, over both doors together', async () => {
    const sale = await system.createSale();
    const buyer = system.buyer();
    const { socket } = await buyer.connect();
    const presses = Array.from({ length: 24 }, async (_none, i) => {
      if (i % 2 === 0) {
        const reply = await buyer.buy(sale);
        if (reply.status === 429) expectProblem(reply, 429, 'too-many-requests');
        return reply.status;
      }
      const answer = await buyBySocket(socket, sale);
      if (answer.ok) return 200;
      expect(answer.problem.retryAfter).to.be.a('number').that.is.within(1, 60);
      return answer.problem.status;
    });
    const statuses = await Promise.all(presses);
    expect(statuses.filter((status) => status === 429)).to.have.lengthOf(4);
    expect((await system.buyer().buy(sale)).status).to.equal(202);
    socket.close();
  });

  it('is limited by address when minting guests', async () => {
    const guests = Array.from({ length: 61 }, () => system.stranger().post('/api/sessions'));
    const replies = await Promise.all(guests);
    const made = replies.filter(({ status }) => status === 201);
    expect(made).to.have.lengthOf(60);
    expect(new Set(made.map(({ body }) => body.buyerId)).size).to.equal(60);
    const late = replies.find(({ status }) => status !== 201);
    if (late) expectProblem(late, 429, 'too-many-requests');
  });
});
