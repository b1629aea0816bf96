import { percentile } from '../../verdict/figures.mjs';
import { Dropgate } from '../contenders/dropgate.mjs';
import { allBetween, readAll, residentBytes } from '../cpu.mjs';
import { DATABASE, pause } from '../world.mjs';

const SOCKETS = [100, 1_000, 10_000];
const QUICK_SOCKETS = [100, 1_000];
/** The garbage of the handshakes is collected meanwhile, as far as the gateway does that by itself. */
const REST_MS = 5_000;
const LOOK_AGAIN_MS = 20;
const WARM_UP = 100;

/**
 * Connected buyers: what an idle one holds of the gateway, and how long all their results take when
 * all are decided at once. For that the worker is stopped while they press.
 * @param {any} bench
 */
export async function growSockets(bench) {
  const points = [];
  for (const sockets of bench.quick ? QUICK_SOCKETS : SOCKETS) {
    points.push(await withSockets(bench, sockets));
    bench.say(`  ${sockets} sockets: ${Math.round(points.at(-1).bytesEach)} bytes each`);
  }
  return {
    title: 'Time from a decision to its buyer, all decided at once, as connected buyers grow',
    x: 'connected buyers',
    unit: 'ms',
    series: { resultP50: 'p50', resultP99: 'p99', resultMax: 'last', saleP99: 'a sale, p99' },
    points,
    more: {
      memory: {
        title: 'Memory of the gateway an idle socket, as connected buyers grow',
        unit: 'bytes',
        series: { bytesEach: 'each socket' },
      },
    },
    ...judged(points),
  };
}

/** 10,000 are what is asked for: a quick run does not judge them. */
function judged(points) {
  const full = points.find(({ sockets }) => sockets === 10_000);
  const single = (value) => ({ median: value, least: value, most: value });
  return full ? { bytesEach: single(full.bytesEach), resultP99: single(full.resultP99) } : {};
}

async function withSockets({ world, load, connections }, sockets) {
  const dropgate = await Dropgate.open(world);
  try {
    const plan = { url: dropgate.url, mode: 'socket', secret: world.secret, connections };
    const [warm, rush, watched] = await dropgate.sales(3, sockets);
    await load.ask('open', { ...plan, buyers: WARM_UP });
    await press(dropgate, load, { saleId: warm, buyers: WARM_UP });
    await load.ask('close');
    const idle = await connect(dropgate, load, { ...plan, buyers: sockets });
    dropgate.freeze('worker');
    const { decided } = await press(dropgate, load, { saleId: rush, buyers: sockets });
    const lateness = await latenessOf(world, load, rush);
    const seen = await load.ask('broadcast', { saleId: watched });
    const [saleP50, saleP99] = [50, 99].map((percent) => percentile(seen, percent));
    return { sockets, ...idle, ...lateness, saleP50, saleP99, told: decided };
  } finally {
    dropgate.resume('worker');
    await Promise.allSettled([load.ask('close'), dropgate.stop()]);
  }
}

/** Connects them all, and looks what that took and what they hold when nothing happens. */
async function connect({ pids }, load, plan) {
  await pause(REST_MS);
  const empty = residentBytes(pids.gateway);
  const before = readAll(pids);
  await load.ask('open', plan);
  const cpu = allBetween(before, readAll(pids));
  await pause(REST_MS);
  const bytesEach = (residentBytes(pids.gateway) - empty) / plan.buyers;
  return { bytesEach, connectUs: cpu.gateway / plan.buyers };
}

/** All press; once all are in line the worker goes on, if it was stopped. */
async function press(dropgate, load, { saleId, buyers }) {
  await load.ask('prepare', { saleIds: [saleId], count: buyers, buyers });
  const going = load.ask('go');
  await dropgate.untilInLine(saleId, buyers, LOOK_AGAIN_MS);
  dropgate.resume('worker');
  const told = await going;
  await dropgate.settled([saleId], buyers);
  return told;
}

/** By the feed's time of the decision and the buyers' clock: one machine, one clock. */
async function latenessOf(world, load, saleId) {
  const rows = await world.rows(
    `SELECT ticket, changed_at AS decidedAt FROM ${DATABASE}.attempts WHERE sale_id = ?`,
    [saleId],
  );
  const decidedAt = new Map(rows.map((row) => [row.ticket, Number(row.decidedAt)]));
  const times = await load.ask('resultTimes');
  const late = times.map(([ticket, at]) => at - decidedAt.get(ticket));
  const known = late.filter((ms) => Number.isFinite(ms));
  const first = Math.min(...decidedAt.values());
  return {
    resultP50: percentile(known, 50),
    resultP99: percentile(known, 99),
    resultMax: percentile(known, 100),
    allWithinMs: Math.max(...times.map(([, at]) => at)) - first,
  };
}
