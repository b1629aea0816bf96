import { laneKeys } from '../../../dist/core/keys.js';
import { Dropgate } from '../contenders/dropgate.mjs';
import { allBetween, readAll } from '../cpu.mjs';
import { warmUp } from '../round.mjs';

const LENGTHS = [1_000, 10_000, 100_000, 1_000_000];
const QUICK_LENGTHS = [1_000, 10_000, 100_000];
const WARM_UP_STEP = 10_000;

/** A short line is over in a moment of the machine: it is measured as often, and the median taken. */
const MOST_TIMES = 5;
const ATTEMPTS_OF_ALL_TIMES = 50_000;

/**
 * A line of so many attempts in one sale, which come by HTTP while the worker is stopped, and are
 * then decided to the end: whether any part gets dearer as the line grows.
 * @param {any} bench
 */
export async function growLine(bench) {
  const points = [];
  for (const length of bench.quick ? QUICK_LENGTHS : LENGTHS) {
    points.push(await atLength(bench, length));
    const { cpuUs, withoutGatewayUs } = points.at(-1);
    bench.say(
      `  line of ${length}: ${cpuUs.toFixed(1)} µs an attempt, ${withoutGatewayUs.toFixed(1)} without the gateway`,
    );
  }
  return {
    title: 'CPU an attempt, as the line of one sale grows',
    x: 'attempts in line',
    unit: 'µs an attempt',
    series: {
      cpuUs: 'all',
      gatewayUs: 'gateway',
      redisUs: 'Redis',
      workerUs: 'worker',
      mysqlUs: 'database',
    },
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

async function atLength({ world, load, connections, warmUpSeconds }, length) {
  const dropgate = await Dropgate.open(world, { lanes: 1 });
  try {
    const who = { url: dropgate.url, mode: 'unfetched', secret: world.secret, connections };
    await load.ask('open', { ...who, buyers: length });
    const step = { count: WARM_UP_STEP, buyers: WARM_UP_STEP, stock: WARM_UP_STEP };
    await warmUp(dropgate, load, warmUpSeconds, step);
    const times = Math.min(MOST_TIMES, Math.ceil(ATTEMPTS_OF_ALL_TIMES / length));
    const built = [];
    for (let time = 1; time <= times; time += 1) {
      await world.rewriteLog();
      await world.quiet(dropgate.pids);
      built.push(await buildAndDecide(world, load, dropgate, length));
    }
    return built.sort((a, b) => a.cpuUs - b.cpuUs)[built.length >> 1];
  } finally {
    dropgate.resume('worker');
    await Promise.allSettled([load.ask('close'), dropgate.stop()]);
  }
}

async function buildAndDecide(world, load, dropgate, length) {
  const [saleId] = await dropgate.sales(1, length);
  await load.ask('prepare', { saleIds: [saleId], count: length, buyers: length });
  const memory = [await usedMemory(world)];
  const before = readAll(dropgate.pids);
  dropgate.freeze('worker');
  const { accepted } = await load.ask('go');
  if (accepted < length) throw new Error(`${length - accepted} of ${length} were not taken`);
  memory.push(await usedMemory(world));
  dropgate.resume('worker');
  await dropgate.settled([saleId], length);
  const cpu = allBetween(before, readAll(dropgate.pids));
  memory.push(await usedMemory(world));
  const each = (us) => us / length;
  return {
    length,
    cpuUs: each(cpu.gateway + cpu.redis + cpu.worker + cpu.mysql),
    withoutGatewayUs: each(cpu.redis + cpu.worker + cpu.mysql),
    gatewayUs: each(cpu.gateway),
    redisUs: each(cpu.redis),
    workerUs: each(cpu.worker),
    mysqlUs: each(cpu.mysql),
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
