/** What SQL says of the shop around a sale: orders with their lines, and ordinary goods. */

/**
 * Every order that has a line of this sale's attempts or of these goods, whoever's it is.
 * @param {{id: string}[]} goods
 */
export async function readShop(connection, saleId, goods) {
  const ids = goods.map(({ id }) => id);
  const [lines] = await connection.query(
    `SELECT o.id, o.buyer_id, o.state, l.product_id, l.attempt_id, l.quantity
       FROM orders o JOIN order_lines l ON l.order_id = o.id
      WHERE l.attempt_id LIKE ? OR l.product_id IN (?) ORDER BY o.id, l.line`,
    [`a${saleId.slice(1)}-%`, ids],
  );
  const [products] = await connection.query(
    'SELECT id, stock, available FROM products WHERE id IN (?)',
    [ids],
  );
  return { orders: ordersOf(lines), products: products.map(productOf) };
}

function ordersOf(lines) {
  const orders = new Map();
  for (const { id, buyer_id, state, product_id, attempt_id, quantity } of lines) {
    const order = orders.get(id) ?? { id, buyerId: buyer_id, state, lines: [] };
    const line = { productId: product_id, attemptId: attempt_id, quantity: Number(quantity) };
    order.lines.push(line);
    orders.set(id, order);
  }
  return [...orders.values()];
}

function productOf({ id, stock, available }) {
  return { id, stock: Number(stock), available: Number(available) };
}
