import { percentile } from '../../verdict/figures.mjs';
import { Dropgate } from '../contenders/dropgate.mjs';
import { allBetween, readAll, residentBytes } from '../cpu.mjs';
import { DATABASE, pause } from '../world.mjs';

const SOCKETS = [100, 1_000, 10_000];
/** The garbage of the handshakes is collected meanwhile, as far as the gateway does that by itself. */
const REST_MS = 5_000;
const LOOK_AGAIN_MS = 20;

/**
 * Connected buyers: what an idle one holds of the gateway, and how long all their results take when
 * all are decided at once. For that the worker is stopped while they press.
 * @param {any} bench
 */
export async function growSockets(bench) {
  const points = [];
  for (const sockets of SOCKETS) {
    points.push(await withSockets(bench, sockets));
    bench.say(`  ${sockets} sockets: ${Math.round(points.at(-1).bytesEach)} bytes each`);
  }
  const last = points.at(-1);
  const single = (value) => ({ median: value, least: value, most: value });
  return {
    title: 'Time from a decision to its buyer, all decided at once, as connected buyers grow',
    x: 'connected buyers',
    unit: 'ms',
    series: { resultP50: 'p50', resultP99: 'p99', resultMax: 'last' },
    points,
    bytesEach: single(last.bytesEach),
    resultP99: single(last.resultP99),
  };
}

async function withSockets({ world, load, connections }, sockets) {
  const dropgate = await Dropgate.open(world);
  try {
    const [warm, saleId] = await dropgate.sales(2, sockets);
    const plan = { url: dropgate.url, mode: 'socket', secret: world.secret, connections };
    await load.ask('open', { ...plan, buyers: 100 });
    await press(dropgate, load, { saleId: warm, buyers: 100 });
    await load.ask('close');
    await pause(REST_MS);
    const { gateway } = dropgate.pids;
    const empty = residentBytes(gateway);
    const before = readAll(dropgate.pids);
    await load.ask('open', { ...plan, buyers: sockets });
    const connecting = allBetween(before, readAll(dropgate.pids));
    await pause(REST_MS);
    const bytesEach = (residentBytes(gateway) - empty) / sockets;
    dropgate.freeze('worker');
    const told = await press(dropgate, load, { saleId, buyers: sockets });
    const lateness = await latenessOf(world, load, saleId);
    return {
      sockets,
      bytesEach,
      connectUs: connecting.gateway / sockets,
      ...lateness,
      told: told.decided,
    };
  } finally {
    dropgate.resume('worker');
    await load.ask('close');
    await dropgate.stop();
  }
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
