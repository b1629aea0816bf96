import { laneKeys } from '../../../dist/core/keys.js';
import { Dropgate } from '../contenders/dropgate.mjs';
import { allBetween, readAll } from '../cpu.mjs';
import { drive } from './lane.mjs';

const LENGTHS = [1_000, 10_000, 100_000, 1_000_000];
const QUICK_LENGTHS = [1_000, 10_000, 100_000];
const WARM_UP = 20_000;

/**
 * A line of so many attempts in one sale, built while the worker is stopped, then decided to its
 * end. No door: what is asked is whether Redis, worker and database get dearer as the line grows.
 * @param {any} bench
 */
export async function growLine({ world, quick, say }) {
  const points = [];
  for (const length of quick ? QUICK_LENGTHS : LENGTHS) {
    points.push(await atLength(world, length));
    say(`  line of ${length}: ${points.at(-1).cpuUs.toFixed(1)} µs an attempt`);
  }
  return {
    title: 'CPU of Redis, worker and database an attempt, as the line of one sale grows',
    x: 'attempts in line',
    unit: 'µs an attempt',
    series: { cpuUs: 'all', redisUs: 'Redis', workerUs: 'worker', mysqlUs: 'database' },
    points,
    more: {
      memory: {
        title: 'Memory of Redis an attempt, as the line of one sale grows',
        unit: 'bytes',
        series: {
          bytesWaiting: 'waiting',
          ofThatFeed: 'of that the feed',
          bytesDecided: 'decided',
          ofThatFeedDecided: 'of that the feed',
        },
      },
    },
    ...judged(points),
  };
}

async function atLength(world, length) {
  const dropgate = await Dropgate.open(world, { lanes: 1 });
  try {
    const [warm] = await dropgate.sales(1, WARM_UP);
    const [saleId] = await dropgate.sales(1, length);
    await dropgate.stopOne('gateway');
    await drive(world, { saleId: warm, count: WARM_UP });
    await dropgate.settled([warm], WARM_UP);
    await world.rewriteLog();
    await world.quiet(dropgate.pids);
    return await buildAndDecide(world, dropgate, { saleId, length });
  } finally {
    dropgate.resume('worker');
    await dropgate.stop();
  }
}

async function buildAndDecide(world, dropgate, { saleId, length }) {
  const memory = [await usedMemory(world)];
  const before = readAll(dropgate.pids);
  dropgate.freeze('worker');
  await drive(world, { saleId, count: length, quiet: true });
  const between = readAll(dropgate.pids);
  memory.push(await usedMemory(world));
  dropgate.resume('worker');
  await dropgate.settled([saleId], length);
  const after = readAll(dropgate.pids);
  memory.push(await usedMemory(world));
  const entering = allBetween(before, between);
  const cpu = allBetween(before, after);
  const each = (us) => us / length;
  return {
    length,
    cpuUs: each(cpu.redis + cpu.worker + cpu.mysql),
    redisUs: each(cpu.redis),
    workerUs: each(cpu.worker),
    mysqlUs: each(cpu.mysql),
    enterUs: each(entering.redis),
    bytesWaiting: each(memory[1].used - memory[0].used),
    ofThatFeed: each(memory[1].feed - memory[0].feed),
    bytesDecided: each(memory[2].used - memory[0].used),
    ofThatFeedDecided: each(memory[2].feed - memory[0].feed),
  };
}

/** @param {import('../world.mjs').World} world @returns all of Redis, and the feed's part of it */
async function usedMemory(world) {
  const info = await world.redis.info('memory');
  const feed = await world.redis.call('MEMORY', 'USAGE', laneKeys(0).feed, 'SAMPLES', '0');
  return { used: Number(/used_memory:(\d+)/.exec(info)?.[1]), feed: Number(feed ?? 0) };
}

/** A line of 1,000,000 is what is asked for: a quick run does not judge it. */
function judged(points) {
  const at = (length) => points.find((point) => point.length === length);
  const [small, large] = [at(10_000), at(1_000_000)];
  const single = (value) => ({ median: value, least: value, most: value });
  if (!small || !large) return {};
  return {
    ratio: single(large.cpuUs / small.cpuUs),
    bytesWaiting: single(large.bytesWaiting),
  };
}
