// Puts attempts on sales' lines without a door, as fast as Redis takes them: the gateway's own script
// in batches of 500, and a job that wakes the lane's owner every 200 ms. One process for the warm-up
// and for what is measured. Its parent sends {saleId, count} and is answered when all have entered.
import { setTimeout as pause } from 'node:timers/promises';
import { Queue } from 'bullmq';
import { laneKeys } from '../../../dist/core/keys.js';
import { connectRedis, untilReady } from '../../../dist/core/redis.js';
import { jobName, waitingRoomOptions } from '../../../dist/core/waiting-room.js';
import { enter } from '../../../dist/lua/enter.js';

const BATCH = 500;
/** Two, as two gateways would: Redis never waits for the one to have read its answer. */
const DRIVERS = 2;

const lane = 0;
const redis = connectRedis(process.env.REDIS_URL, 'lane', () => {});
const bull = connectRedis(process.env.REDIS_URL, 'lane', () => {});
await Promise.all([untilReady(redis), untilReady(bull)]);
const incarnation = await redis.hget(laneKeys(lane).lane, 'incarnation');
const { name, options } = waitingRoomOptions(lane);
const queue = new Queue(name, { ...options, connection: bull, skipWaitingForReady: true });

/** Batches are numbered on, from one sale to the next: a number comes once. */
let sequence = 0;

async function drive({ saleId, count }) {
  const announced = [];
  let next = 0;

  async function driveAs(gatewayId) {
    while (next < count) {
      const from = next;
      next = Math.min(count, next + BATCH);
      const entries = Array.from({ length: next - from }, (_none, i) => ({
        saleId,
        buyerId: `buyer-${from + i}`,
        quantity: 1,
        key: '',
      }));
      sequence += 1;
      const batch = { lane, incarnation, seen: 0, gatewayId, sequence, entries };
      announced.push(ticketsOf(await enter(redis, batch)));
    }
  }

  /** As a gateway does: one job in 200 ms, and nobody waits for it. */
  async function announce() {
    while (next < count || announced.length > 0) {
      await pause(200);
      if (announced.length === 0) continue;
      const batches = announced.splice(0);
      const job = { ranges: [{ saleId, from: batches[0][0], to: batches.at(-1)[1] }] };
      await queue.add(jobName(job), job, { attempts: 1 });
    }
  }

  const gateways = Array.from({ length: DRIVERS }, (_none, i) => `driver-${process.pid}-${i}`);
  await Promise.all([announce(), ...gateways.map(driveAs)]);
}

/** The first ticket of a batch and the last. */
function ticketsOf(result) {
  const entries = result.kind === 'ok' ? result.entries : [];
  const taken = entries.length > 0 && entries.every(({ kind }) => kind === 'accepted');
  if (taken) return [entries[0].record.ticket, entries.at(-1).record.ticket];
  throw new Error(`a batch was not taken: ${JSON.stringify(result).slice(0, 200)}`);
}

process.on('message', async (plan) => {
  await drive(plan);
  process.send('entered');
});
