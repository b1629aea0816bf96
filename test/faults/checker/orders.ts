import { attemptIdOfOrder } from '../../../core/domain/order.js';
import type { Act, Told } from '../diary.js';
import type { Stored, StoredAttempt } from '../stored.js';

/** How orders, confirmed attempts and what buyers were told of them part ways. */
export function orderFaults(stored: Stored, acts: readonly Act[]): string[] {
  return [...unpaired(stored), ...ordersWithoutHold(stored), ...brokenReceipts(stored, acts)];
}

/** Each confirmed attempt has exactly one placed order, for just what was held. */
function unpaired({ rows, orders }: Stored): string[] {
  return rows
    .filter(({ state }) => state === 'confirmed')
    .flatMap((row) => {
      const mine = orders.filter(
        ({ attemptId, state }) => attemptId === row.id && state === 'placed',
      );
      const [order] = mine;
      if (!order || mine.length > 1) return [`${row.id} is confirmed, with ${mine.length} orders`];
      const fits =
        order.id === orderOf(row) && order.buyer === row.buyer && order.quantity === row.quantity;
      return fits ? [] : [`${row.id} and its order ${order.id} differ`];
    });
}

function ordersWithoutHold({ rows, orders }: Stored): string[] {
  const confirmed = new Set(rows.filter(({ state }) => state === 'confirmed').map(({ id }) => id));
  return orders
    .filter(({ state, settled }) => state === 'placed' && settled)
    .filter(({ attemptId }) => !confirmed.has(attemptId))
    .map(({ id, attemptId }) => `${id} is placed, but ${attemptId} is not confirmed`);
}

/** Each confirmation that a buyer was told is in the ledger, with the payment that was sent. */
function brokenReceipts({ rows, orders }: Stored, acts: readonly Act[]): string[] {
  const rowOf = new Map(rows.map((row) => [row.id, row]));
  const orderOfId = new Map(orders.map((order) => [order.id, order]));
  return acts
    .filter((act): act is Act & { told: Told } => act.kind === 'confirm' && act.told !== null)
    .flatMap(({ attemptId, reference, told }) => {
      const row = rowOf.get(attemptId);
      const order = orderOfId.get(told.orderId ?? '');
      const kept = row?.state === 'confirmed' && order && orderOf(row) === order.id;
      if (!kept) return [`${attemptId} was confirmed for ${reference}, and is ${row?.state}`];
      // A cart's order has its own reference.
      const own = attemptIdOfOrder(order.id) !== null;
      if (!own || order.reference === reference) return [];
      return [`${attemptId} was confirmed for ${reference}, and is paid by ${order.reference}`];
    });
}

function orderOf({ text }: StoredAttempt): string {
  return text.split('|')[6] ?? '';
}
