import { setTimeout as sleep } from 'node:timers/promises';
import { createConnection } from 'mysql2/promise';
import { readShop } from './shop.mjs';

const LOOK_EVERY_MS = 200;

/** What an attempt must no longer be when the ledger is read. */
const WAITING = ['waiting'];
const LIVE = ['waiting', 'standby', 'held'];

/**
 * Reads what the ledger says of one sale, once it has everything that buyers were told of.
 * @param {{databaseUrl: string, saleId: string, known: number, ledgerSeconds: number, goods: {id: string}[], whole: boolean}} query
 *   `known`: how many different attempts buyers saw; `whole`: they have ended, and orders count
 */
export async function readLedger({ databaseUrl, saleId, known, ledgerSeconds, goods, whole }) {
  const connection = await createConnection({ uri: databaseUrl, supportBigNumbers: true });
  try {
    const waited = await waitUntilComplete(connection, {
      saleId,
      known,
      open: whole ? LIVE : WAITING,
      limitMs: ledgerSeconds * 1000,
    });
    return {
      ...waited,
      sale: await readSale(connection, saleId),
      rows: await readRows(connection, saleId),
      ...(whole ? await readShop(connection, saleId, goods) : {}),
    };
  } finally {
    await connection.end();
  }
}

/** The ledger follows the feed: bounded waiting, and the verdict is told when it was not enough. */
async function waitUntilComplete(connection, { saleId, known, open, limitMs }) {
  const started = Date.now();
  for (;;) {
    const [[counts]] = await connection.query(
      'SELECT COUNT(*) AS entered, COALESCE(SUM(state IN (?)), 0) AS waiting FROM attempts WHERE sale_id = ?',
      [open, saleId],
    );
    const entered = Number(counts.entered);
    const waiting = Number(counts.waiting);
    const complete = entered >= known && waiting === 0;
    const waitedMs = Date.now() - started;
    if (complete || waitedMs >= limitMs) return { complete, waitedMs, entered, waiting };
    await sleep(LOOK_EVERY_MS);
  }
}

async function readSale(connection, saleId) {
  const [[sale]] = await connection.execute(
    'SELECT total, available, held, sold, entered FROM sales WHERE id = ?',
    [saleId],
  );
  if (!sale) return null;
  return Object.fromEntries(Object.entries(sale).map(([name, value]) => [name, Number(value)]));
}

async function readRows(connection, saleId) {
  const [rows] = await connection.execute(
    'SELECT ticket, tag, buyer_id, quantity, state, version, order_id FROM attempts WHERE sale_id = ? ORDER BY ticket',
    [saleId],
  );
  return rows.map((row) => ({
    id: `a${saleId.slice(1)}-${row.ticket}-${row.tag}`,
    ticket: Number(row.ticket),
    buyerId: row.buyer_id,
    quantity: Number(row.quantity),
    state: row.state,
    version: Number(row.version),
    orderId: row.order_id,
  }));
}
