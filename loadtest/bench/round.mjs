import { availableParallelism } from 'node:os';
import { allBetween, readAll } from './cpu.mjs';
import { spread, sum } from './report/spread.mjs';

/** Attempts of one step of the warm-up; of those who are slow, or fast, their share. */
const WARM_UP_STEP = 4_000;
/** Attempts between two readings of the floor: about a second. */
const STRETCH = 10_000;
/** Twice as many want it as there is: whether anything is oversold shows here. */
const RUSH = 2_000;

/**
 * One contender, once: fresh processes and data, a warm-up, a rush for too little stock, then the
 * attempts that are measured, with stock for each of them so that every one is decided and sold.
 * @param {import('./contenders/index.mjs').Contender} contender
 * @param {{world: import('./world.mjs').World, load: import('./load-process.mjs').LoadProcess,
 *   yardstick: import('./yardstick.mjs').Yardstick, attempts: number, warmUpSeconds: number, connections: number, sockets: number}} bench
 */
export async function playRound(contender, bench) {
  const { world, load, connections } = bench;
  // Fewer than connections would be no crowd; more take minutes of those that do 30 a second.
  const count = Math.max(Math.round(bench.attempts * contender.share), connections);
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
    const plan = { count, buyers, stock: buyers };
    const measured = contender.paired
      ? await besideFloor(running, bench, plan)
      : await play(running, load, plan);
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

/** Measures in stretches, with the floor after each; before the first it is only woken. */
async function besideFloor(running, { load, yardstick }, { count, buyers, stock }) {
  // Each buyer enters each sale once, so a stretch is of whole sales.
  const stretches = Math.max(1, Math.round(count / STRETCH));
  const each = Math.ceil(count / stretches / buyers) * buyers;
  const floors = [];
  await yardstick.read();
  const played = [];
  for (let left = count; left > 0; left -= each) {
    played.push(await play(running, load, { count: Math.min(each, left), buyers, stock }));
    floors.push(await yardstick.read());
  }
  const times = played.map(({ cpuUs }, i) => cpuUs / floors[i]);
  return { ...together(played), timesFloor: middle(times), floorUs: middle(floors), floors };
}

/** A stretch or a reading that something else has held up counts for no more than the others. */
function middle(values) {
  return spread(values).median;
}

/** What stretches come to: for the last buyers the worst of them counts. */
export function together(played) {
  const total = (of) => sum(played.map(of));
  const attempts = total((one) => one.attempts);
  const weighted = (of) => total((one) => of(one) * one.attempts) / attempts;
  const elapsedMs = total((one) => one.elapsedMs);
  const names = Object.keys(played[0].cpuUsBy);
  const most = (of) => Math.max(...played.map(of));
  const worst = (of) => (of(played[0]) === null ? null : most(of));
  const timesOf = (of) => ({
    p50: of(played[0]).p50 === null ? null : weighted((one) => of(one).p50),
    p99: worst((one) => of(one).p99),
    max: worst((one) => of(one).max),
  });
  return {
    attempts,
    cpuUs: weighted((one) => one.cpuUs),
    cpuUsBy: Object.fromEntries(names.map((name) => [name, weighted((one) => one.cpuUsBy[name])])),
    perSecond: total((one) => one.perSecond * one.elapsedMs) / elapsedMs,
    elapsedMs,
    drainMs: most((one) => one.drainMs),
    clickToAnswer: timesOf((one) => one.clickToAnswer),
    clickToResult: timesOf((one) => one.clickToResult),
    loadCpuUs: weighted((one) => one.loadCpuUs),
    loadShare: weighted((one) => one.loadShare),
    kept: Object.fromEntries(
      Object.keys(played[0].kept).map((name) => [
        name,
        sum(played.map(({ kept: of }) => of[name])),
      ]),
    ),
    stretches: played,
  };
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
