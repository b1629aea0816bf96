// The distributed lock way: one lock in Redis a sale, around reading, checking and writing its
// stock in MySQL. Each request waits for its turn; redis-semaphore keeps the lock alive meanwhile.
import { Redis } from 'ioredis';
import { Mutex } from 'redis-semaphore';
import { connect, listen, SOLD_OUT, sell, shop } from './door.mjs';

const LOOK = 'SELECT stock FROM sales WHERE id = ?';
const WRITE = 'UPDATE sales SET stock = ? WHERE id = ?';

/** A buyer's patience; the library's other settings are its own. */
const LOCK = { acquireTimeout: 60_000 };

const pool = connect();
const redis = new Redis(process.env.REDIS_URL ?? '');

listen(
  shop(async (wish) => {
    const { saleId, quantity } = wish;
    const mutex = new Mutex(redis, `sale:${saleId}`, LOCK);
    await mutex.acquire();
    try {
      const [[sale]] = await pool.execute(LOOK, [saleId]);
      if (!sale || sale.stock < quantity) return SOLD_OUT;
      const answer = await sell(pool, wish, async (connection) => {
        await connection.execute(WRITE, [sale.stock - quantity, saleId]);
        return true;
      });
      return answer ?? SOLD_OUT;
    } finally {
      await mutex.release();
    }
  }),
);
