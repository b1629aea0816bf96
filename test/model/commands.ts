import fc from 'fast-check';
import type { AttemptRecord } from '../../core/domain/attempt.js';
import { type AttemptRef, attemptIdOf } from '../../core/domain/ids.js';
import { type AttemptOrder, orderIdOfAttempt } from '../../core/domain/order.js';
import type { SaleConfig } from '../../core/domain/sale.js';
import { configure as configureScript } from '../../lua/configure.js';
import { confirm as confirmScript } from '../../lua/confirm.js';
import { decide as decideScript, type OwnedLane } from '../../lua/decide.js';
import { type Entry, enter as enterScript } from '../../lua/enter.js';
import { expire as expireScript } from '../../lua/expire.js';
import { leave as leaveScript } from '../../lua/leave.js';
import { bindHold, unbindHold } from '../../lua/pin.js';
import { raiseFence } from '../../lua/raise-fence.js';
import { restock as restockScript } from '../../lua/restock.js';
import { closeSale, pauseSale, resumeSale } from '../../lua/switch.js';
import { configOf, RUN_ID, WORKER } from '../support/script-lane.js';
import type { Beside } from './beside.js';
import { bind, confirm, leave, unbind } from './buying.js';
import { enter } from './entering.js';
import { configure, restock, type Turn, turn } from './operating.js';
import { decide, expire, raise } from './owning.js';

type Command = fc.AsyncCommand<Beside, Beside>;

/** Two sales of the run, and one that there is not. */
const SALES = ['s0-aaaaaaaaaa', 's0-bbbbbbbbbb', 's0-nowherenow'] as const;
export const SEEDED = SALES.slice(0, 2);
const BUYERS = ['ann', 'bob', 'cat', 'dan'] as const;

/** One kind of command: what it draws, and what it does with that on both sides. */
function command<Args>(
  name: string,
  args: fc.Arbitrary<Args>,
  play: (beside: Beside, args: Args) => Promise<unknown>,
): fc.Arbitrary<Command> {
  return args.map((drawn) => ({
    check: () => true,
    run: async (beside) => void (await play(beside, drawn)),
    toString: () => `${name} ${JSON.stringify(drawn)}`,
  }));
}

function often<T>(usual: T, ...others: T[]): fc.Arbitrary<T> {
  return fc.oneof(
    { weight: 12, arbitrary: fc.constant(usual) },
    { weight: 1, arbitrary: fc.constantFrom(...others) },
  );
}

const saleId = fc.oneof(
  { weight: 12, arbitrary: fc.constant(SALES[0]) },
  { weight: 5, arbitrary: fc.constant(SALES[1]) },
  { weight: 1, arbitrary: fc.constant(SALES[2]) },
);

/** What a caller knows of the lane: all, less, another life, or more than Redis. */
const sight = often('all', 'little', 'another life', 'more than there is');

type Sight = 'all' | 'little' | 'another life' | 'more than there is';

function viewOf(beside: Beside, how: string): OwnedLane {
  const views: Record<Sight, Partial<OwnedLane>> = {
    all: {},
    little: { seen: 0 },
    'another life': { incarnation: 'another' },
    'more than there is': { seen: beside.lane.feed + 1 },
  };
  return beside.view(views[how as Sight]);
}

const entry = fc.record({
  saleId,
  buyerId: fc.constantFrom(...BUYERS),
  quantity: fc.constantFrom(1, 1, 1, 2, 2, 2, 3),
  key: fc.constantFrom('', '', 'k1', 'k2', 'k3'),
});

/** One buyer with more keys than are remembered. */
const flood = entry.map((one): Entry[] =>
  Array.from({ length: 34 }, (_none, i) => ({ ...one, key: `f${i}` })),
);

const enterBatch = command(
  'enter',
  fc.record({
    entries: fc.oneof(
      { weight: 30, arbitrary: fc.array(entry, { minLength: 1, maxLength: 5 }) },
      { weight: 1, arbitrary: flood },
    ),
    gatewayId: fc.constantFrom('east', 'west'),
    // 0 is the same batch again, −1 one that was given up.
    step: often(1, 0, -1, 3),
    sight,
  }),
  async (beside, { entries: drawn, gatewayId, step, sight: how }) => {
    const last = beside.lane.batches.get(gatewayId)?.sequence ?? 0;
    const sequence = Math.max(1, last + step);
    // The same number is the same batch: a gateway keeps what it has sent until it is answered.
    const entries = sequence === last ? (beside.sent.get(gatewayId) ?? drawn) : drawn;
    const batch = { ...viewOf(beside, how), gatewayId, sequence, entries };
    const before = beside.lane.batches.get(gatewayId);
    await beside.step(
      (lane) => enter(lane, batch),
      () => enterScript(beside.real.redis, batch),
    );
    if (beside.lane.batches.get(gatewayId) !== before) beside.sent.set(gatewayId, entries);
  },
);

/** An owner's call: now and then by one who is no longer the owner, or not yet. */
const ownerCall = fc.record({ saleId, sight, token: often(0, -1, 1) });

const decideLine = command(
  'decide',
  fc.record({ call: ownerCall, most: fc.constantFrom(1, 2, 3, 5, 500) }),
  async (beside, { call, most }) => {
    const owned = ownedBy(beside, call);
    await beside.step(
      (lane) => decide(lane, owned, call.saleId, most),
      () => decideScript(beside.real.redis, owned, call.saleId, most),
    );
  },
);

const expireHolds = command(
  'expire',
  fc.record({ call: ownerCall, most: fc.constantFrom(2, 4, 500) }),
  async (beside, { call, most }) => {
    const owned = ownedBy(beside, call);
    await beside.step(
      (lane) => expire(lane, owned, call.saleId, most),
      () => expireScript(beside.real.redis, owned, call.saleId, most),
    );
  },
);

function ownedBy(beside: Beside, call: { sight: string; token: number }): OwnedLane {
  const view = viewOf(beside, call.sight);
  return { ...view, fencingToken: view.fencingToken + call.token };
}

const takeOver = command('take over', often(1, 0, -1, 7), async (beside, by) => {
  const owned = beside.view({ fencingToken: Math.max(1, beside.lane.token + by) });
  await beside.step(
    (lane) => raise(lane, owned),
    () => raiseFence(beside.real.redis, owned, WORKER, RUN_ID),
  );
});

/** One buyer's whole way: in, decided, and to an end. Repeated, it reaches the buyer's limits. */
const wholeWay = command(
  'whole way',
  fc.record({
    saleId: fc.constantFrom(...SEEDED),
    buyerId: fc.constantFrom('ann', 'ann', 'bob'),
    end: fc.constantFrom('leave', 'expire', 'expire', 'confirm'),
  }),
  async (beside, { saleId: id, buyerId, end }) => {
    const { redis } = beside.real;
    await enterOne(beside, { saleId: id, buyerId, quantity: 1, key: '' });
    await decideAll(beside, id);
    const mine = beside.lane.sales.get(id)?.attempts.findLast((one) => one.buyerId === buyerId);
    const ref = { lane: 0, saleId: id, ticket: mine?.ticket ?? 1, tag: mine?.tag ?? 'none00' };
    const view = beside.view();
    if (end === 'leave') {
      await beside.step(
        (lane) => leave(lane, view, ref, buyerId, 500),
        () => leaveScript(redis, view, ref, buyerId),
      );
    } else if (end === 'confirm') {
      const order = orderOf(ref, 'paid');
      await beside.step(
        (lane) => confirm(lane, view, ref, buyerId, order, 500),
        () => confirmScript(redis, view, ref, buyerId, order),
      );
    } else {
      await beside.advance(5_000);
      await beside.step(
        (lane) => expire(lane, view, id, 500),
        () => expireScript(redis, view, id),
      );
    }
  },
);

async function enterOne(beside: Beside, entry: Entry): Promise<void> {
  const gatewayId = 'north';
  const sequence = (beside.lane.batches.get(gatewayId)?.sequence ?? 0) + 1;
  const batch = { ...beside.view(), gatewayId, sequence, entries: [entry] };
  await beside.step(
    (lane) => enter(lane, batch),
    () => enterScript(beside.real.redis, batch),
  );
}

async function decideAll(beside: Beside, id: string): Promise<void> {
  const owned = beside.view();
  await beside.step(
    (lane) => decide(lane, owned, id, 500),
    () => decideScript(beside.real.redis, owned, id),
  );
}

const passTime = command(
  'advance',
  fc.constantFrom(1, 999, 1_000, 2_000, 5_000, 20_000),
  (beside, ms) => beside.advance(ms),
);

/** Which attempt: one in a certain state if there is any, its true buyer, its true tag. */
const aim = fc.record({
  saleId,
  state: fc.constantFrom('held', 'held', 'held', 'waiting', 'standby', 'confirmed', 'any'),
  nth: fc.nat(9),
  buyer: often('own', 'ann', 'bob'),
  tag: often('own', 'zzzzzz'),
  sight,
});

interface Aimed {
  readonly view: OwnedLane;
  readonly ref: AttemptRef;
  readonly buyer: string;
  readonly orderId: string | null;
}

function aimed(beside: Beside, at: { saleId: string; state: string; nth: number } & Asker): Aimed {
  const attempts = beside.lane.sales.get(at.saleId)?.attempts ?? [];
  const fitting = attempts.filter(({ state }) => at.state === 'any' || state === at.state);
  const found: AttemptRecord | undefined = fitting[at.nth % Math.max(1, fitting.length)];
  const tag = at.tag === 'own' ? (found?.tag ?? 'none00') : at.tag;
  return {
    view: viewOf(beside, at.sight),
    ref: { lane: 0, saleId: at.saleId, ticket: found?.ticket ?? attempts.length + 1, tag },
    buyer: at.buyer === 'own' ? (found?.buyerId ?? 'ann') : at.buyer,
    orderId: found?.orderId ?? null,
  };
}

interface Asker {
  readonly buyer: string;
  readonly tag: string;
  readonly sight: string;
}

const some = fc.constantFrom(2, 3, 500);

function orderOf(ref: AttemptRef, paymentReference: string): AttemptOrder {
  const id = orderIdOfAttempt(attemptIdOf(ref.saleId, ref.ticket, ref.tag));
  return {
    ...{ id, paymentReference, productId: 'p-0000000000', name: 'A thing' },
    ...{ price: 100, currency: 'KRW', createdAt: 1 },
  };
}

const confirmHold = command(
  'confirm',
  fc.record({
    aim,
    by: fc.constantFrom('buyer', 'buyer', 'shop'),
    reference: often('paid', 'paid twice'),
    most: some,
  }),
  async (beside, { aim: at, by, reference, most }) => {
    const { view, ref, buyer: own, orderId } = aimed(beside, at);
    const buyer = by === 'shop' ? null : own;
    // A cart's order is confirmed by its name; one that has not bound the hold never is.
    const cart = orderId?.startsWith('cart') && reference === 'paid';
    const order = cart
      ? { id: orderId as string, paymentReference: 'cart' }
      : orderOf(ref, reference);
    await beside.step(
      (lane) => confirm(lane, view, ref, buyer, order, most),
      () => confirmScript(beside.real.redis, view, ref, buyer, order, most),
    );
  },
);

const leaveLine = command('leave', fc.record({ aim, most: some }), async (beside, drawn) => {
  const { view, ref, buyer } = aimed(beside, drawn.aim);
  await beside.step(
    (lane) => leave(lane, view, ref, buyer, drawn.most),
    () => leaveScript(beside.real.redis, view, ref, buyer, drawn.most),
  );
});

const cartOrder = fc.constantFrom('cart-1', 'cart-1', 'cart-2');

const bindToCart = command('bind', fc.record({ aim, cart: cartOrder }), async (beside, drawn) => {
  const { view, ref, buyer } = aimed(beside, drawn.aim);
  await beside.step(
    (lane) => bind(lane, view, ref, buyer, drawn.cart),
    () => bindHold(beside.real.redis, view, ref, buyer, drawn.cart),
  );
});

const unbindFromCart = command(
  'unbind',
  fc.record({ aim, cart: cartOrder }),
  async (beside, drawn) => {
    const { view, ref, buyer } = aimed(beside, drawn.aim);
    await beside.step(
      (lane) => unbind(lane, view, ref, buyer, drawn.cart),
      () => unbindHold(beside.real.redis, view, ref, buyer, drawn.cart),
    );
  },
);

const restockSale = command(
  'restock',
  fc.record({
    saleId,
    quantity: fc.constantFrom(-3, -2, -1, -1, 1, 1, 2, 3, 10_000_000),
    key: fc.constantFrom('', 'r1', 'r2'),
    most: some,
    sight,
  }),
  async (beside, { most, sight: how, ...rest }) => {
    const wish = { ...rest, caller: 'ops' };
    const view = viewOf(beside, how);
    await beside.step(
      (lane) => restock(lane, view, wish, most),
      () => restockScript(beside.real.redis, view, wish, most),
    );
  },
);

const TURNS: readonly Turn[] = [
  { to: 'pause', reason: 'ops' },
  { to: 'pause', reason: 'fault' },
  { to: 'resume' },
  { to: 'resume' },
  { to: 'resume' },
  { to: 'close' },
];

const turnSale = command(
  'turn',
  fc.record({ saleId, how: fc.constantFrom(...TURNS), sight }),
  async (beside, { saleId: id, how, sight: seen }) => {
    const view = viewOf(beside, seen);
    const { redis } = beside.real;
    await beside.step(
      (lane) => turn(lane, view, id, how),
      () => {
        if (how.to === 'pause') return pauseSale(redis, view, id, how.reason);
        return how.to === 'resume' ? resumeSale(redis, view, id) : closeSale(redis, view, id);
      },
    );
  },
);

/** Times are told as seconds from now. */
export const settings = fc.record({
  perBuyerLimit: fc.constantFrom(1, 2, 3, 4, 6),
  holdSeconds: fc.constantFrom(1, 2, 5),
  standbyLimit: fc.constantFrom(0, 1, 4, 4),
  opensAt: often(null, -1, 2),
  closesAt: often(null, 5, 30),
});

export type Settings = typeof settings extends fc.Arbitrary<infer Drawn> ? Drawn : never;

export function configFrom(drawn: Settings, version: number, now: number): SaleConfig {
  const at = (seconds: number | null) => (seconds === null ? null : now + seconds * 1_000);
  const opensAt = at(drawn.opensAt);
  return configOf({ ...drawn, opensAt, closesAt: at(drawn.closesAt), version });
}

const configureSale = command(
  'configure',
  fc.record({ saleId, settings, step: often(1, 0, 2), sight }),
  async (beside, { saleId: id, settings: drawn, step, sight: how }) => {
    const version = (beside.lane.sales.get(id)?.config.version ?? 1) + step;
    const config = configFrom(drawn, version, beside.lane.now);
    const view = viewOf(beside, how);
    await beside.step(
      (lane) => configure(lane, view, id, config, 100),
      () => configureScript(beside.real.redis, view, id, config, 100),
    );
  },
);

/** Everything that can happen to a lane, in any order, what buyers do most often. */
export function commands(most: number) {
  const weighed: [number, fc.Arbitrary<Command>][] = [
    [24, enterBatch],
    [20, decideLine],
    [12, passTime],
    [12, wholeWay],
    [10, expireHolds],
    [10, confirmHold],
    [10, leaveLine],
    [6, restockSale],
    [5, bindToCart],
    [4, unbindFromCart],
    [3, turnSale],
    [3, configureSale],
    [2, takeOver],
  ];
  const one = fc.oneof(...weighed.map(([weight, arbitrary]) => ({ weight, arbitrary })));
  return fc.commands([one], { maxCommands: most, size: 'max' });
}
