import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Dropgate } from '../contenders/dropgate.mjs';
import { allBetween, readAll } from '../cpu.mjs';
import { DATABASE } from '../world.mjs';

const DRIVER = fileURLToPath(new URL('./lane-driver.mjs', import.meta.url));

/**
 * What one lane decides a second when no door is in the way: batches of 500 enter by the same
 * script that the gateway calls, while the real worker decides and writes the ledger. The clock is
 * the feed's own: from the first that entered to the last that was decided, as MySQL has them. As
 * many go before, uncounted: a shop's worker has run for days, and its code is compiled.
 * @param {{world: import('../world.mjs').World, laneAttempts: number}} bench
 */
export async function measureLane({ world, laneAttempts }) {
  const dropgate = await Dropgate.open(world, { lanes: 1 });
  const driver = new Driver(world);
  try {
    const [warm, saleId] = await dropgate.sales(2, laneAttempts);
    // The door is only there to create the sales.
    await dropgate.stopOne('gateway');
    await driver.enter(warm, laneAttempts);
    await dropgate.settled([warm], laneAttempts);
    await world.rewriteLog();
    await world.quiet(dropgate.pids);
    const before = readAll(dropgate.pids);
    await driver.enter(saleId, laneAttempts);
    const settledAt = await dropgate.settled([saleId], laneAttempts);
    const cpu = allBetween(before, readAll(dropgate.pids));
    return { cpuUsBy: eachOf(cpu, laneAttempts), ...(await timesOf(world, saleId, settledAt)) };
  } finally {
    await driver.stop();
    await dropgate.stop();
  }
}

/** The process that puts attempts on the line. */
class Driver {
  #process;
  #ended;

  /** @param {import('../world.mjs').World} world */
  constructor(world) {
    const env = { ...process.env, REDIS_URL: world.servers.redisRoles.gateway };
    this.#process = fork(DRIVER, { env, signal: world.signal });
    this.#ended = once(this.#process, 'exit').then(([code]) => {
      throw new Error(`the driver of the lane ended with ${code}`);
    });
    this.#ended.catch(() => {});
  }

  /** @param {string} saleId @param {number} count attempts, all of other buyers */
  async enter(saleId, count) {
    const entered = once(this.#process, 'message');
    this.#process.send({ saleId, count });
    await Promise.race([entered, this.#ended]);
  }

  async stop() {
    this.#process.kill();
    await this.#ended.catch(() => {});
  }
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
