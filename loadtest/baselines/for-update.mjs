// The pessimistic way: lock the sale's row, look, write. Everyone else waits at the row.
import { connect, listen, SOLD_OUT, sell, shop } from './door.mjs';

const LOOK = 'SELECT stock FROM sales WHERE id = ? FOR UPDATE';
const WRITE = 'UPDATE sales SET stock = ? WHERE id = ?';

const pool = connect();

listen(
  shop(async (wish) => {
    const { saleId, quantity } = wish;
    const answer = await sell(pool, wish, async (connection) => {
      const [[sale]] = await connection.execute(LOOK, [saleId]);
      if (!sale || sale.stock < quantity) return false;
      await connection.execute(WRITE, [sale.stock - quantity, saleId]);
      return true;
    });
    return answer ?? SOLD_OUT;
  }),
);
