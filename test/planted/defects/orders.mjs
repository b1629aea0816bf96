/** What goes wrong with orders, carts and ordinary goods. */
const STORE = 'core/stores/orders.ts';
const STORE_TEST = 'test/core/stores/orders.test.ts';
const GOODS_TEST = 'test/orders/ordinary-goods.test.ts';

/** @type {import('../defects.mjs').Defect[]} */
export const ORDERS = [
  {
    name: 'placed-without-confirming',
    breaks: '5: an order is placed, its holds run out and are sold again',
    file: 'lua/settle-order.ts',
    find: "if (order.state === 'pending') return false;",
    replace:
      "if (order.state === 'pending') return false;\n  if (order.state === 'placed' && order.id !== '') return true;",
    test: 'test/orders/cart.test.ts',
    title: 'is ordered whole',
  },
  {
    name: 'stock-not-looked-at',
    breaks: '1: ordinary goods are sold that are not there',
    file: STORE,
    find: 'if (available < quantity) short.push({ line, available });',
    replace: 'if (available < 0) short.push({ line, available });',
    test: GOODS_TEST,
    title: 'that cannot be filled name the lines in the way',
  },
  {
    name: 'stock-read-without-a-lock',
    breaks: '1: two orders take the last item',
    file: STORE,
    find: "const product = await trx('products').where({ id: productId }).forUpdate().first();",
    replace: "const product = await trx('products').where({ id: productId }).first();",
    test: STORE_TEST,
    title: 'that wants what others take at the same moment',
  },
  {
    name: 'key-of-an-order-not-stored',
    breaks: '8: an order sent twice is two orders',
    file: 'core/stores/ops.ts',
    find: "return { kind: 'claimed', objectId: row.object_id, fresh };",
    replace: "return { kind: 'claimed', objectId, fresh };",
    test: GOODS_TEST,
    title: 'sent twice with the same key are one order',
  },
  {
    name: 'key-of-an-order-reused',
    breaks: '8: an order is answered by another one that had its key',
    file: 'core/stores/ops.ts',
    find: 'if (!row || row.body_hash !== body_hash)',
    replace: 'if (!row)',
    test: GOODS_TEST,
    title: 'need a key, one key per body',
  },
  {
    name: 'order-of-another-buyer-readable',
    breaks: "10: a buyer reads another buyer's order",
    file: 'api/orders/order-desk.ts',
    find: 'return stored.buyerId === buyerId ? stored : null;',
    replace: 'return stored.buyerId ? stored : null;',
    test: GOODS_TEST,
    title: 'are read by their buyer alone',
  },
  {
    name: 'failed-commit-taken-for-done',
    breaks: '7: what MySQL never had is taken for written',
    file: 'core/database.ts',
    find: '  await trx.executionPromise;\n',
    replace: '',
    test: STORE_TEST,
    title: 'that was not committed has not begun',
  },
  {
    name: 'cart-not-emptied',
    breaks: '8: what was ordered can be ordered again',
    file: STORE,
    find: ".whereIn('product_id', products)",
    replace: ".whereIn('product_id', products.slice(1))",
    test: STORE_TEST,
    title: 'takes from the cart what was ordered',
  },
  {
    name: 'cancelled-twice',
    breaks: '1: an order that is given up twice puts its goods back twice',
    file: STORE,
    find: "        .where({ id: order.id, state: 'pending' })\n        .update({ state: 'cancelled' });",
    replace: "        .where({ id: order.id })\n        .update({ state: 'cancelled' });",
    test: STORE_TEST,
    title: 'that is given up puts its goods back once',
  },
];
