import { setTimeout as sleep } from 'node:timers/promises';
import { untilAnswered } from './buyer.mjs';
import { now } from './diary.mjs';
import { wishOf } from './wishes.mjs';

/** How long a buyer stays after the last answer, to notice one that takes it back. */
const LOOK_BACK_MS = 1_000;
const UNDECIDED = new Set(['waiting', 'standby']);
const LIVE = new Set(['waiting', 'standby', 'held']);

/**
 * One buyer's whole visit: in line, perhaps in standby, holding, and what becomes of the hold.
 * @returns {Promise<{clickedAt: number, toldAt: number | null}>}
 */
export async function live({ index, door, goods, patienceMs }) {
  const clickedAt = now();
  const deadline = Date.now() + patienceMs;
  const entered = await untilAnswered(() => door.press({ key: 'a', tab: 0 }), deadline);
  if (!entered.attempt) return { clickedAt, toldAt: entered.status >= 400 ? now() : null };
  const decided = await door.leaves(UNDECIDED, entered, deadline);
  const toldAt = decided.attempt && !UNDECIDED.has(decided.attempt.state) ? now() : null;
  if (decided.attempt?.state === 'held') {
    const productId = goods[Math.floor(index / 6) % goods.length];
    await ACTS[wishOf(index)]({ door, deadline, attempt: decided.attempt, productId });
    await readUntilEnded(door, entered.attempt.id, deadline);
  }
  await sleep(LOOK_BACK_MS);
  await door.lookBack([entered.attempt.id]);
  return { clickedAt, toldAt };
}

const ACTS = { confirm, order: orderCart, release, expire: async () => undefined };

async function confirm({ door, deadline, attempt: { id } }) {
  const say = { body: { paymentReference: `paid-${id}` } };
  const path = `/api/attempts/${id}/confirm`;
  const ask = () => door.ask({ kind: 'confirm' }, 'POST', path, say);
  const { attempt } = await untilAnswered(ask, deadline);
  if (attempt?.orderId) await readOrder(door, attempt.orderId, deadline);
}

async function release({ door, deadline, attempt: { id } }) {
  const ask = () => door.ask({ kind: 'release' }, 'DELETE', `/api/attempts/${id}`);
  await untilAnswered(ask, deadline);
}

/** Ordinary goods next to the hold; whoever finds their shelf empty orders without them. */
async function orderCart({ door, deadline, attempt: { id }, productId }) {
  const item = `/api/cart/items/${productId}`;
  const put = () => door.ask({ kind: 'put' }, 'PUT', item, { body: { quantity: 1 } });
  await untilAnswered(put, deadline);
  let { order, code } = await placeOrder(door, `${id}-1`, deadline);
  if (code === 'out-of-stock') {
    await untilAnswered(() => door.ask({ kind: 'remove' }, 'DELETE', item), deadline);
    ({ order, code } = await placeOrder(door, `${id}-2`, deadline));
  }
  if (order) await readOrder(door, order.id, deadline);
}

function placeOrder(door, key, deadline) {
  const say = { key, body: { paymentReference: `paid-${key}` } };
  return untilAnswered(
    () => door.ask({ kind: 'order', key }, 'POST', '/api/orders', say),
    deadline,
  );
}

/** An order can be read right after the answer that names it. */
async function readOrder(door, id, deadline) {
  const ask = () => door.ask({ kind: 'read-order', asked: id }, 'GET', `/api/orders/${id}`);
  await untilAnswered(ask, deadline);
}

async function readUntilEnded(door, id, deadline) {
  const first = await door.read(id, 'ask');
  // Without an attempt in it the answer is a fault to come again after.
  await door.leaves(LIVE, first.attempt ? first : { ...first, attempt: { id } }, deadline);
}
