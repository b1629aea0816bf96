import { availableParallelism } from 'node:os';
import { allBetween, readAll } from './cpu.mjs';

/** Attempts of one step of the warm-up; of those who are slow, or fast, their share. */
const WARM_UP_STEP = 4_000;
/** Twice as many want it as there is: whether anything is oversold shows here. */
const RUSH = 2_000;

/**
 * One contender, once: fresh processes and data, a warm-up, a rush for too little stock, then the
 * attempts that are measured, with stock for each of them so that every one is decided and sold.
 * @param {import('./contenders/index.mjs').Contender} contender
 * @param {{world: import('./world.mjs').World, load: import('./load-process.mjs').LoadProcess,
 *   attempts: number, warmUpSeconds: number, connections: number, sockets: number}} bench
 */
export async function playRound(contender, bench) {
  const { world, load, connections } = bench;
  // Fewer than connections would be no crowd.
  const count = Math.max(Math.round(bench.attempts * contender.share), 2 * connections);
  const buyers = Math.min(bench.sockets, count);
  const running = await contender.open(world);
  try {
    const { mode, floor } = contender;
    const who = { url: running.url, mode, floor, secret: world.secret, buyers, connections };
    const connecting = await connect(running, load, who);
    const step = Math.round(WARM_UP_STEP * contender.share);
    await warmUp(running, load, bench.warmUpSeconds, { count: step, buyers, stock: buyers });
    const rush = Math.min(Math.round(RUSH * contender.share), buyers);
    const crowded = await play(running, load, { count: rush, buyers: rush, stock: rush >> 1 });
    await world.rewriteLog();
    await world.quiet(running.pids);
    // A gateway that was offered too much while its code was cold refuses some seconds longer.
    await running.untilReady?.();
    const idleUsPerSecond = await world.idle(running.pids);
    const measured = await play(running, load, { count, buyers, stock: buyers });
    return {
      contender: contender.name,
      ...measured,
      rush: crowded.kept,
      connecting,
      idleUsPerSecond,
    };
  } finally {
    // Also when the buyers are gone: nothing that was started may stay.
    await Promise.allSettled([load.ask('close'), running.stop()]);
  }
}

/** Runs such plays until the time is over, and one at least. */
export async function warmUp(running, load, seconds, plan) {
  const until = performance.now() + seconds * 1_000;
  do {
    await play(running, load, plan);
  } while (performance.now() < until);
}

/** Opens the buyers' sockets, if they have any. @returns what one cost and holds */
async function connect(running, load, plan) {
  const before = readAll(running.pids);
  await load.ask('open', plan);
  if (plan.mode !== 'push' && plan.mode !== 'socket') return null;
  const cpu = allBetween(before, readAll(running.pids));
  return { sockets: plan.buyers, cpuUsEach: total(cpu) / plan.buyers };
}

/**
 * One run over fresh sales.
 * @param {{count: number, buyers: number, stock: number, mixed?: boolean}} plan each buyer enters
 *   each sale once
 */
export async function play(running, load, { count, buyers, stock, mixed }) {
  const saleIds = await running.sales(Math.ceil(count / buyers), stock);
  await load.ask('prepare', { saleIds, count, buyers, mixed });
  const before = readAll(running.pids);
  const told = await load.ask('go');
  const settledAt = await running.settled(saleIds, told.accepted);
  const cpu = allBetween(before, readAll(running.pids));
  const record = await running.record(saleIds);
  return {
    ...figures(told, cpu, record, settledAt),
    kept: kept(told, record, stock),
    told,
    record,
  };
}

/** @param {Record<string, number>} cpu microseconds by process */
function figures(told, cpu, record, settledAt) {
  const decided = record ? record.decided + told.refused : told.accepted;
  const lastMs = Number.isFinite(told.resultsMs) && told.decided > 0 ? told.resultsMs : null;
  const byLedger = record?.lastDecidedAt ? record.lastDecidedAt - told.startedAt : null;
  const elapsedMs = Math.max(lastMs ?? byLedger ?? 0, told.answeredMs);
  return {
    attempts: told.count,
    cpuUs: total(cpu) / decided,
    cpuUsBy: Object.fromEntries(Object.entries(cpu).map(([name, us]) => [name, us / decided])),
    perSecond: decided / (elapsedMs / 1000),
    elapsedMs,
    drainMs: Math.max(0, settledAt - told.startedAt - elapsedMs),
    clickToAnswer: told.clickToAnswer,
    clickToResult: told.clickToResult,
    loadCpuUs: told.loadCpuUs / told.count,
    loadShare: told.loadCpuUs / 1000 / elapsedMs / availableParallelism(),
  };
}

/** Which promises were kept, from buyers' answers and from what is in SQL or Redis. */
export function kept(told, record, stock) {
  const { inversions, ticketsTwice, toldTwoThings } = told;
  if (!record) return { oversold: null, inversions: null, lost: null, twice: null };
  return {
    oversold: record.soldEach.reduce((sum, sold) => sum + Math.max(0, sold - stock), 0),
    inversions,
    lost: Math.max(0, told.accepted - record.decided),
    twice: record.twice + (ticketsTwice ?? 0) + toldTwoThings,
    untold: told.unfetched ? null : told.count - told.decided,
  };
}

function total(byName) {
  return Object.values(byName).reduce((sum, us) => sum + us, 0);
}
