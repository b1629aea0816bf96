// The atomic update: the database alone decides, in one statement that takes stock only while there
// is some. No line: who comes first is whoever gets the row.
import { connect, listen, SOLD_OUT, sell, shop } from './door.mjs';

const TAKE = 'UPDATE sales SET stock = stock - ? WHERE id = ? AND stock >= ?';

const pool = connect();

listen(
  shop(async (wish) => {
    const { saleId, quantity } = wish;
    const answer = await sell(pool, wish, async (connection) => {
      const [{ affectedRows }] = await connection.execute(TAKE, [quantity, saleId, quantity]);
      return affectedRows === 1;
    });
    return answer ?? SOLD_OUT;
  }),
);
