/** Orders: against the attempts, against the shelves, and against what buyers were told. */

/** Confirmed attempts that are not in exactly one placed order, and others that are in one. */
export function orderMistakes(rows, orders) {
  const placed = new Map();
  for (const { id, buyerId, lines } of orders.filter(isPlaced)) {
    for (const { attemptId } of lines.filter(({ attemptId }) => attemptId !== null)) {
      placed.set(attemptId, [...(placed.get(attemptId) ?? []), { id, buyerId }]);
    }
  }
  const mistakes = [];
  for (const { id, state, orderId, buyerId } of rows) {
    const its = placed.get(id) ?? [];
    placed.delete(id);
    if (its.length !== (state === 'confirmed' ? 1 : 0)) {
      mistakes.push(`${id} is ${state} and in ${its.length} placed orders`);
    } else if (its.length === 1 && (its[0].id !== orderId || its[0].buyerId !== buyerId)) {
      mistakes.push(`${id} names order ${orderId}, but is in ${its[0].id} of ${its[0].buyerId}`);
    }
  }
  return [...mistakes, ...[...placed.keys()].map((id) => `${id} is ordered, but no attempt`)];
}

/** Orders that are neither placed nor cancelled. */
export function unfinished(orders) {
  const open = orders.filter(({ state }) => state !== 'placed' && state !== 'cancelled');
  return open.map(({ id, state }) => `${id} is ${state}`);
}

/** Shelves that do not hold what they held at first, less what was ordered. */
export function shelfMistakes(goods, products, orders) {
  const left = new Map(products.map((product) => [product.id, product]));
  const mistakes = [];
  for (const { id, stock } of goods) {
    const ordered = unitsOrdered(orders.filter(isPlaced), id);
    const is = left.get(id)?.available;
    if (is !== stock - ordered || is < 0) {
      mistakes.push(`${id} has ${is}, should have ${stock} - ${ordered}`);
    }
  }
  return mistakes;
}

/** Goods refused as out of stock that are still there, although no cancelled order gave any back. */
export function refusedThoughThere(entries, products, orders) {
  const refused = new Set();
  for (const { kind, code, lines } of entries) {
    if (kind !== 'order' || code !== 'out-of-stock') continue;
    for (const { productId } of lines) refused.add(productId);
  }
  const cancelled = orders.filter(({ state }) => state === 'cancelled');
  return products
    .filter(({ id, available }) => refused.has(id) && available > 0)
    .filter(({ id }) => unitsOrdered(cancelled, id) === 0)
    .map(({ id, available }) => `${id} has ${available}`);
}

/** Orders as buyers were told of them against SQL, and placed ones that nobody was told of. */
export function orderDisagreements(entries, orders) {
  const rowOf = new Map(orders.map((order) => [order.id, order]));
  const known = new Set();
  const found = [];
  for (const { kind, buyer, attempt, order, asked, status } of entries) {
    if (attempt?.orderId) known.add(attempt.orderId);
    if (order) known.add(order.id);
    if (kind === 'read-order' && status === 404) found.push(`${asked} could not be read`);
    if (attempt?.state === 'confirmed' && !attempt.orderId)
      found.push(`${attempt.id} has no order`);
    if (order && !isSame(order, buyer, rowOf.get(order.id))) found.push(`${order.id} differs`);
  }
  const untold = orders.filter((order) => isPlaced(order) && !known.has(order.id));
  return [...found, ...untold.map(({ id, buyerId }) => `${id}: ${buyerId} was never told`)];
}

/** One key twice: the same order each time it was accepted. */
export function keysWithTwoOrders(entries) {
  const orderOf = new Map();
  const broken = [];
  for (const { kind, key, order } of entries) {
    if (kind !== 'order' || !order) continue;
    if ((orderOf.get(key) ?? order.id) !== order.id) broken.push(key);
    orderOf.set(key, order.id);
  }
  return broken;
}

export function isPlaced({ state }) {
  return state === 'placed';
}

function isSame(told, buyer, row) {
  if (!row || row.buyerId !== buyer || row.state !== told.state) return false;
  return linesOf(told) === linesOf(row);
}

function linesOf({ lines }) {
  const texts = lines.map((line) => `${line.productId} ${line.attemptId} ${line.quantity}`);
  return texts.sort().join(', ');
}

function unitsOrdered(orders, productId) {
  const lines = orders.flatMap((order) => order.lines);
  const its = lines.filter((line) => line.attemptId === null && line.productId === productId);
  return its.reduce((sum, { quantity }) => sum + quantity, 0);
}
