// The optimistic way: read stock and version, write only if the version is still the same, else
// begin again. In a rush most begin again many times.
import { connect, listen, SOLD_OUT, sell, shop } from './door.mjs';

const LOOK = 'SELECT stock, version FROM sales WHERE id = ?';
const WRITE = 'UPDATE sales SET stock = ?, version = version + 1 WHERE id = ? AND version = ?';

const pool = connect();

listen(
  shop(async (wish) => {
    const { saleId, quantity } = wish;
    for (;;) {
      const [[sale]] = await pool.execute(LOOK, [saleId]);
      if (!sale || sale.stock < quantity) return SOLD_OUT;
      const answer = await sell(pool, wish, async (connection) => {
        const values = [sale.stock - quantity, saleId, sale.version];
        const [{ affectedRows }] = await connection.execute(WRITE, values);
        return affectedRows === 1;
      });
      if (answer) return answer;
    }
  }),
);
