import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Dropgate } from '../contenders/dropgate.mjs';
import { allBetween, readAll } from '../cpu.mjs';
import { DATABASE } from '../world.mjs';

const DRIVER = fileURLToPath(new URL('./lane-driver.mjs', import.meta.url));
const WARM_UP = 20_000;

/**
 * What one lane decides a second when no door is in the way: batches of 500 enter by the same
 * script that the gateway calls, while the real worker decides and writes the ledger. The clock is
 * the feed's own: from the first that entered to the last that was decided, as MySQL has them.
 * @param {{world: import('../world.mjs').World, laneAttempts: number}} bench
 */
export async function measureLane({ world, laneAttempts }) {
  const dropgate = await Dropgate.open(world, { lanes: 1 });
  try {
    const [warm] = await dropgate.sales(1, WARM_UP);
    const [saleId] = await dropgate.sales(1, laneAttempts);
    // The door is only there to create the sales.
    await dropgate.stopOne('gateway');
    await drive(world, { saleId: warm, count: WARM_UP });
    await dropgate.settled([warm], WARM_UP);
    await world.rewriteLog();
    await world.quiet(dropgate.pids);
    const before = readAll(dropgate.pids);
    await drive(world, { saleId, count: laneAttempts });
    const settledAt = await dropgate.settled([saleId], laneAttempts);
    const cpu = allBetween(before, readAll(dropgate.pids));
    return { cpuUsBy: eachOf(cpu, laneAttempts), ...(await timesOf(world, saleId, settledAt)) };
  } finally {
    await dropgate.stop();
  }
}

/** @param {import('../world.mjs').World} world @param {{saleId: string, count: number}} plan */
async function drive(world, plan) {
  const env = { ...process.env, REDIS_URL: world.servers.redisRoles.gateway };
  const args = [plan.saleId, String(plan.count)];
  const driver = fork(DRIVER, args, { env, signal: world.signal });
  const [code] = await once(driver, 'exit');
  if (code !== 0) throw new Error(`the driver of the lane ended with ${code}`);
}

async function timesOf(world, saleId, settledAt) {
  const [{ attempts, enteredAt, decidedAt }] = await world.rows(
    `SELECT SUM(state = 'held') AS attempts, MIN(entered_at) AS enteredAt,
            MAX(changed_at) AS decidedAt FROM ${DATABASE}.attempts WHERE sale_id = ?`,
    [saleId],
  );
  const elapsedMs = Number(decidedAt) - Number(enteredAt);
  return {
    attempts: Number(attempts),
    decidedPerSecond: Number(attempts) / (elapsedMs / 1000),
    drainMs: Math.max(0, settledAt - Number(decidedAt)),
    ledgerRowsPerSecond: Number(attempts) / ((settledAt - Number(enteredAt)) / 1000),
  };
}

function eachOf(cpu, count) {
  return Object.fromEntries(Object.entries(cpu).map(([name, us]) => [name, us / count]));
}
