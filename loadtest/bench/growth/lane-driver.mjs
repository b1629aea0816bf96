// Puts attempts on one sale's line without a door, as fast as Redis takes them: the gateway's own
// script in batches of 500, and a job that wakes the lane's owner every 200 ms.
//
//   REDIS_URL=… node loadtest/bench/growth/lane-driver.mjs SALE COUNT
import { setTimeout as pause } from 'node:timers/promises';
import { Queue } from 'bullmq';
import { laneOfSale } from '../../../dist/core/domain/ids.js';
import { laneKeys } from '../../../dist/core/keys.js';
import { connectRedis, untilReady } from '../../../dist/core/redis.js';
import { jobName, waitingRoomOptions } from '../../../dist/core/waiting-room.js';
import { enter } from '../../../dist/lua/enter.js';

const BATCH = 500;
/** Two, as two gateways would: Redis never waits for the one to have read its answer. */
const DRIVERS = 2;

const [saleId, countText] = process.argv.slice(2);
const count = Number(countText);
const lane = laneOfSale(saleId);
const redis = connectRedis(process.env.REDIS_URL, 'lane', () => {});
const bull = connectRedis(process.env.REDIS_URL, 'lane', () => {});
await Promise.all([untilReady(redis), untilReady(bull)]);
const incarnation = await redis.hget(laneKeys(lane).lane, 'incarnation');
const { name, options } = waitingRoomOptions(lane);
const queue = new Queue(name, { ...options, connection: bull, skipWaitingForReady: true });

let next = 0;

async function driveAs(gatewayId) {
  for (let sequence = 1; next < count; sequence += 1) {
    const from = next;
    next = Math.min(count, next + BATCH);
    const entries = Array.from({ length: next - from }, (_none, i) => ({
      saleId,
      buyerId: `buyer-${from + i}`,
      quantity: 1,
      key: '',
    }));
    await send({ lane, incarnation, seen: 0, gatewayId, sequence, entries });
  }
}

async function send(batch) {
  const result = await enter(redis, batch);
  const tickets = result.kind === 'ok' ? result.entries.map(ticketOf) : [];
  if (tickets.length === 0 || tickets.includes(null)) {
    throw new Error(`a batch was not taken: ${JSON.stringify(result).slice(0, 200)}`);
  }
  announced.push(...tickets);
}

const announced = [];
let entering = true;

/** As a gateway does: one job in 200 ms, and nobody waits for it. */
async function announce() {
  while (entering || announced.length > 0) {
    await pause(200);
    if (announced.length === 0) continue;
    const tickets = announced.splice(0);
    const job = { ranges: [{ saleId, from: tickets[0], to: tickets.at(-1) }] };
    await queue.add(jobName(job), job, { attempts: 1 });
  }
}

function ticketOf(entry) {
  return entry.kind === 'accepted' ? entry.record.ticket : null;
}

const announcing = announce();
await Promise.all(
  Array.from({ length: DRIVERS }, (_none, i) => driveAs(`driver-${process.pid}-${i}`)),
);
entering = false;
await announcing;
await queue.close();
redis.disconnect();
bull.disconnect();
