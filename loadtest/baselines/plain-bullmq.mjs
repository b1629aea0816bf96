// The usual way to sell a limited release with BullMQ, to be compared with Dropgate: one job an
// attempt, default settings, a worker that asks a Lua script for one unit a job, the result kept
// in the job. Not part of the product.
//
//   ROLE=gateway|worker REDIS_URL=… [PORT=3000] node loadtest/baselines/plain-bullmq.mjs
import { Queue, Worker } from 'bullmq';
import express from 'express';
import { Redis } from 'ioredis';

const QUEUE = 'attempts';

/** What one gateway waits for a job's end before it tells its buyer to ask again. */
const CONCURRENCY = 50;

/** One unit for a job, while there are some; every decision is noted down in its turn. */
const DECIDE = `
  local left = redis.call('DECR', KEYS[1])
  local state = 'held'
  if left < 0 then
    redis.call('INCR', KEYS[1])
    state = 'sold-out'
  end
  local turn = redis.call('RPUSH', KEYS[2], ARGV[1])
  return { state, turn }`;

const connect = () => new Redis(process.env.REDIS_URL, { maxRetriesPerRequest: null });

/** @param {string} msg @param {object} [more] */
function log(msg, more = {}) {
  console.log(JSON.stringify({ msg, ...more }));
}

function runGateway() {
  const queue = new Queue(QUEUE, { connection: connect() });
  queue.on('error', () => {});
  const app = express().use(express.json());
  app.post('/attempts', async (request, response) => {
    const { buyerId } = request.body;
    // The buyer's id is the job's: a press that is sent again finds the job that it left.
    const job = await queue.add('attempt', { buyerId }, { jobId: buyerId });
    response.status(202).json({ id: job.id });
  });
  app.get('/attempts/:id', async (request, response) => {
    const job = await queue.getJob(request.params.id);
    if (!job) return response.status(404).json({ code: 'not-found' });
    response.json({ id: job.id, ...(job.returnvalue ?? { state: 'waiting' }) });
  });
  const server = app.listen(Number(process.env.PORT ?? 3000), '127.0.0.1', () => {
    log('gateway listening', { address: server.address() });
  });
}

function runWorker() {
  const redis = connect();
  const decide = async (/** @type {import('bullmq').Job} */ job) => {
    const [state, turn] = await redis.eval(DECIDE, 2, 'stock', 'decisions', job.id);
    return { state, turn };
  };
  const worker = new Worker(QUEUE, decide, { connection: connect(), concurrency: CONCURRENCY });
  worker.on('error', () => {});
  worker.on('ready', () => log('worker started'));
}

if (process.env.ROLE === 'worker') runWorker();
else runGateway();
