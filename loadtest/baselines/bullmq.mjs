// The usual BullMQ way, with default settings: one job an attempt, a worker with concurrency, one
// Lua call a job, the result by Socket.IO. `plain-bullmq.mjs` is the same for the fault runs, where
// buyers ask for the result instead.
//
//   ROLE=gateway|worker REDIS_URL=… SESSION_SECRET=… PORT=… node loadtest/baselines/bullmq.mjs
import { Queue, QueueEvents, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { Server } from 'socket.io';
import { buyerOf, listen, shop } from './door.mjs';

const QUEUE = 'attempts';
const CONCURRENCY = 50;

/** One unit for a job, while there are some; every decision is noted down in its turn. */
const DECIDE = `
  local left = redis.call('DECRBY', KEYS[1], ARGV[2])
  local state = 'held'
  if left < 0 then
    redis.call('INCRBY', KEYS[1], ARGV[2])
    state = 'sold-out'
  end
  local turn = redis.call('RPUSH', KEYS[2], ARGV[1] .. ' ' .. state)
  return { state, turn }`;

const connect = () => new Redis(process.env.REDIS_URL ?? '', { maxRetriesPerRequest: null });

function runGateway() {
  const queue = new Queue(QUEUE, { connection: connect() });
  const events = new QueueEvents(QUEUE, { connection: connect() });
  const app = shop(async ({ saleId, buyerId, quantity }) => {
    // The buyer's id is the job's: who presses again finds the job that the first press left.
    const jobId = `${saleId}-${buyerId}`;
    const job = await queue.add('attempt', { saleId, buyerId, quantity }, { jobId });
    return { status: 202, body: { id: job.id, saleId, quantity, state: 'waiting' } };
  });
  const io = new Server(listen(app), { transports: ['websocket'], perMessageDeflate: false });
  io.use((socket, next) => {
    const buyerId = buyerOf(socket.handshake.auth.token);
    if (!buyerId) return next(new Error('unauthenticated'));
    socket.join(buyerId);
    next();
  });
  events.on('completed', ({ jobId, returnvalue }) => {
    const { buyerId, ...attempt } = /** @type {any} */ (returnvalue);
    io.to(buyerId).emit('attempt', { id: jobId, ...attempt });
  });
}

function runWorker() {
  const redis = connect();
  const decide = async (/** @type {import('bullmq').Job} */ job) => {
    const { saleId, buyerId, quantity } = job.data;
    const keys = [`stock:${saleId}`, `decisions:${saleId}`];
    const [state, turn] = await redis.eval(DECIDE, 2, ...keys, job.id, quantity);
    return { saleId, buyerId, quantity, state, ticket: turn };
  };
  const worker = new Worker(QUEUE, decide, { connection: connect(), concurrency: CONCURRENCY });
  worker.on('ready', () => console.log(JSON.stringify({ msg: 'worker started' })));
}

if (process.env.ROLE === 'worker') runWorker();
else runGateway();
