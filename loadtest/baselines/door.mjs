// What the baselines share, so that each shows only how it sells: an Express app as one is usually
// written, the buyer's token checked as Dropgate checks it, MySQL, and the line that says where it
// listens. PORT, DATABASE_URL, REDIS_URL, SESSION_SECRET come from the environment.
import { createServer } from 'node:http';
import express from 'express';
import { createVerifier } from 'fast-jwt';
import helmet from 'helmet';
import mysql from 'mysql2/promise';

const DUPLICATE = 'ER_DUP_ENTRY';

const verify = createVerifier({
  key: process.env.SESSION_SECRET ?? '',
  algorithms: ['HS256'],
  allowedAud: 'buyer',
  requiredClaims: ['sub', 'exp', 'aud'],
  cache: 10_000,
});

/** @param {string | undefined} token @returns {string | null} the buyer's id */
export function buyerOf(token) {
  try {
    return verify(token ?? '').sub;
  } catch {
    return null;
  }
}

/** @param {import('node:http').RequestListener} app @returns {import('node:http').Server} */
export function listen(app) {
  const server = createServer(app);
  return server.listen(Number(process.env.PORT ?? 3000), '127.0.0.1', () => {
    console.log(JSON.stringify({ msg: 'gateway listening', address: server.address() }));
  });
}

/**
 * @typedef {{saleId: string, buyerId: string, quantity: number}} Wish
 * @typedef {{status: number, body: object}} Answer
 * @param {(wish: Wish) => Promise<Answer>} buy
 */
export function shop(buy) {
  const app = express().use(helmet()).use(express.json());
  app.post('/api/sales/:saleId/attempts', async (request, response) => {
    const buyerId = buyerOf(request.get('authorization')?.slice('Bearer '.length));
    if (!buyerId) return response.status(401).json({ code: 'unauthenticated' });
    const { quantity } = request.body ?? {};
    if (!(Number.isInteger(quantity) && quantity > 0))
      return response.status(422).json({ code: 'invalid-request' });
    const { status, body } = await buy({ saleId: request.params.saleId, buyerId, quantity });
    response.status(status).json(body);
  });
  return app;
}

/** A pool as mysql2 makes it: ten connections. */
export const connect = () => mysql.createPool(process.env.DATABASE_URL ?? '');

/** @type {Answer} */
export const SOLD_OUT = { status: 410, body: { code: 'sold-out', state: 'sold-out' } };

/**
 * One transaction that takes the stock and notes down the attempt. A buyer who has one already (a
 * unique key says so) gets it again, and nothing else is changed.
 * @param {import('mysql2/promise').Pool} pool
 * @param {Wish} wish
 * @param {(connection: import('mysql2/promise').PoolConnection) => Promise<boolean>} take
 *   takes the stock; false, and all is undone, when it could not
 * @returns {Promise<Answer | null>} null: it could not
 */
export async function sell(pool, { saleId, buyerId, quantity }, take) {
  const connection = await pool.getConnection();
  try {
    await connection.beginTransaction();
    const attempt = { sale_id: saleId, buyer_id: buyerId, quantity, state: 'held' };
    const taken = await take(connection);
    const row = taken && (await connection.query('INSERT INTO attempts SET ?', attempt))[0];
    if (row) await connection.commit();
    else await connection.rollback();
    return row ? { status: 201, body: { id: row.insertId, state: 'held', quantity } } : null;
  } catch (error) {
    await connection.rollback();
    if (error.code !== DUPLICATE) throw error;
    const where = 'SELECT id, state, quantity FROM attempts WHERE sale_id = ? AND buyer_id = ?';
    const [[known]] = await connection.execute(where, [saleId, buyerId]);
    return { status: 200, body: known };
  } finally {
    connection.release();
  }
}
