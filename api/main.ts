import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { systemClock } from '../core/clock.js';
import { type GatewayConfig, readGatewayConfig } from '../core/config.js';
import { connectDatabase } from '../core/database.js';
import { ConfigError } from '../core/errors.js';
import { createLog } from '../core/log.js';
import { pause } from '../core/pause.js';
import { closeRedis, connectRedis } from '../core/redis.js';
import { AttemptStore } from '../core/stores/attempts.js';
import { CartStore } from '../core/stores/carts.js';
import { LaneStore } from '../core/stores/lanes.js';
import { IdempotencyStore, OpsActionStore } from '../core/stores/ops.js';
import { OrderStore } from '../core/stores/orders.js';
import { ProductStore } from '../core/stores/products.js';
import { SaleStore } from '../core/stores/sales.js';
import { waitingToBeTakenOn } from '../core/turn.js';
import { AttemptDoor } from './admission/attempt-door.js';
import { Attempts } from './admission/attempts.js';
import { LaneIntake } from './admission/intake.js';
import { SoldOutMemory } from './admission/sold-out-memory.js';
import { createApp } from './http/app.js';
import { attemptListener } from './http/attempt-listener.js';
import {
  ACCEPT_BACKLOG,
  boundConnections,
  CONNECTIONS_CHECKED_EVERY_MS,
  frontDoor,
  keepNoConnection,
} from './http/front-door.js';
import { Identity } from './identity.js';
import { createInsight } from './insight/insight.js';
import { ResultTimes } from './insight/result-times.js';
import { LaneLinks } from './lane-link.js';
import { Lanes } from './lanes.js';
import { Limits } from './limits.js';
import type { BatchSent } from './metrics/traffic-metrics.js';
import { Metrics } from './metrics.js';
import { OpsSessions } from './ops-sessions.js';
import { Carts } from './orders/carts.js';
import { Confirmations } from './orders/confirmations.js';
import { OrderDesk } from './orders/order-desk.js';
import { Overload } from './overload/overload.js';
import { Catalog } from './results/catalog.js';
import { Pusher } from './results/pusher.js';
import { SaleBook } from './results/sale-book.js';
import { Sales } from './sales.js';
import { ProductIndex } from './search/product-index.js';
import type { Services } from './services.js';
import { SocketDoor } from './socket/socket-door.js';
import { createSocketServer } from './socket/socket-server.js';

/** How long requests that are under way may take to end when the gateway stops. */
const CLOSE_MS = 5_000;

/** Wires one gateway and runs it until SIGTERM or SIGINT. Nothing else opens a connection. */
async function run(config: GatewayConfig): Promise<void> {
  const clock = systemClock;
  const gatewayId = randomBytes(6).toString('hex');
  const log = createLog('gateway', config.LOG_LEVEL).child({ gatewayId });
  const warn = (error: Error) => log.warn({ error: error.message }, 'Redis connection');
  const redis = connectRedis(config.REDIS_URL, 'door', warn);
  const bull = connectRedis(config.REDIS_URL, 'door', warn);
  const catalogTail = connectRedis(config.REDIS_URL, 'tail', warn);
  const db = connectDatabase(config.DATABASE_URL, log);
  const stores = {
    lanes: new LaneStore(db),
    products: new ProductStore(db),
    sales: new SaleStore(db),
    attempts: new AttemptStore(db),
    carts: new CartStore(db, clock),
    orders: new OrderStore(db),
    opsActions: new OpsActionStore(db, clock),
    idempotency: new IdempotencyStore(db, clock),
  };

  const intakes = new Map<number, LaneIntake>();
  const overload = new Overload({
    depth: () => Math.max(0, ...[...intakes.values()].map(({ depth }) => depth)),
    waiting: waitingToBeTakenOn,
  });
  // Attached before Socket.IO, which takes its own path out and hands the rest on.
  const server = createServer(
    { connectionsCheckingInterval: CONNECTIONS_CHECKED_EVERY_MS },
    frontDoor(overload, config.ALLOWED_ORIGINS, (request, response) => inside(request, response)),
  );
  boundConnections(server, config.MAX_SOCKETS);
  server.on('connection', () => overload.onConnection());
  const { io, guard } = createSocketServer(server, config, overload);
  const book = new SaleBook(clock);
  const catalog = new Catalog(redis, stores.products, log, new ProductIndex(), (product) =>
    pusher.onProduct(product),
  );
  const pusher = new Pusher(io, book, catalog);
  const results = new ResultTimes((saleId) => book.get(saleId)?.counts.serving ?? 1);
  const metrics = new Metrics({
    sockets: () => io.engine.clientsCount,
    maxSockets: config.MAX_SOCKETS,
    intake: () => [...intakes].map(([lane, { depth }]) => ({ lane, depth })),
    lanes: () =>
      lanes.numbers.map((lane) => ({
        lane,
        state: lanes.state(lane),
        clockStopped: lanes.clockStopped(lane),
        owned: lanes.owned(lane),
        feedNumber: lanes.seen(lane),
      })),
    ledger: () => stores.lanes.all(),
    redis: () => redis.ping(),
    sales: () => book.all(),
    now: () => book.now,
    overload,
    results,
    cutSockets: guard.cut,
  });
  const links = new LaneLinks(config.REDIS_URL, redis, stores.sales, book, catalog, metrics, log);
  const lanes = new Lanes(redis, stores.lanes, log, (life) => links.open(life));
  for (const { lane } of await stores.lanes.all()) {
    metrics.decisions.begin(lane);
    const onBatch = (batch: BatchSent) => metrics.traffic.onBatch(batch);
    intakes.set(lane, new LaneIntake(lane, redis, bull, lanes, gatewayId, results, log, onBatch));
  }
  const soldOut = new SoldOutMemory(redis, lanes, book, log);
  const attempts = new Attempts(redis, lanes, book, stores.attempts);
  const carts = new Carts(stores.carts, attempts, book, catalog);
  const identity = new Identity(config.SESSION_SECRET, config.OPS_TOKENS);
  const sales = new Sales(redis, lanes, stores.sales, book, catalog, clock);
  const insight = createInsight({
    gatewayId,
    redis,
    db,
    book,
    lanes,
    overload,
    results,
    catalog,
    sales,
    stores,
    sockets: () => io.engine.clientsCount,
    watchers: () => pusher.watchers,
    log,
  });
  const services: Services = {
    config,
    clock,
    log,
    redis,
    db,
    identity,
    opsSessions: new OpsSessions(redis, identity, clock, log),
    limits: new Limits(config.RATE_LIMIT),
    overload,
    metrics,
    lanes,
    intakes,
    door: new AttemptDoor(intakes, soldOut, stores.sales, stores.attempts),
    attempts,
    sales,
    insight,
    book,
    catalog,
    confirmations: new Confirmations(redis, lanes, book, catalog, stores),
    carts,
    orderDesk: new OrderDesk({
      redis,
      lanes,
      orders: stores.orders,
      keys: stores.idempotency,
      carts,
      catalog,
      clock,
      buyersConfirm: config.BUYER_CONFIRM,
    }),
    stores,
  };
  const socketDoor = new SocketDoor(io, guard, services);
  links.connect(lanes, {
    onEntry: (entry) => {
      metrics.decisions.onEntry(entry);
      soldOut.onEntry(entry);
      results.onEntry(entry);
      insight.sampler.onEntry(entry);
      pusher.onEntry(entry);
    },
    onMissed: () => {
      soldOut.clear();
      results.forget();
      return socketDoor.refresh();
    },
  });
  const app = createApp(services);
  const inside = attemptListener(services, app.get('trust proxy fn'), app);
  socketDoor.open();
  overload.start();

  const stopped = new AbortController();
  const background = [
    lanes.run(stopped.signal),
    catalog.run(catalogTail, stopped.signal),
    insight.sampler.run(stopped.signal),
  ];
  server.on('error', (error) => {
    log.fatal({ error: error.message, port: config.PORT }, 'cannot listen: is the port in use?');
    process.exit(1);
  });
  const { PORT: port, HOST: host } = config;
  server.listen({ port, host, backlog: ACCEPT_BACKLOG }, () => {
    log.info({ address: server.address() }, 'gateway listening');
  });

  const signal = await new Promise((resolve) => {
    process.once('SIGTERM', resolve).once('SIGINT', resolve);
  });
  log.info({ signal }, 'stopping');
  stopped.abort();
  pusher.close();
  // Clients reconnect elsewhere by themselves; requests under way are answered first.
  keepNoConnection(server);
  await Promise.race([io.close(), pause(CLOSE_MS, new AbortController().signal)]);
  server.closeAllConnections();
  await Promise.all([...intakes.values()].map((intake) => intake.close()));
  await Promise.all([links.close(), ...background]);
  await Promise.all([closeRedis(redis), closeRedis(bull), db.destroy()]);
  log.info('gateway stopped');
}

async function main(): Promise<void> {
  await run(readGatewayConfig(process.env));
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error instanceof ConfigError ? error.message : error);
    process.exit(1);
  },
);
