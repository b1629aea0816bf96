import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '../../../support/eventually.js';
import { PrivateRedis, type RedisSettings } from '../../../support/private-redis.js';
import { Daemon } from '../../../support/processes.js';
import { missingStrace, SyncLog } from '../../../support/sync-log.js';
import type { Verdict } from '../../checker/checker.js';
import { inversions } from '../../checker/promises.js';
import { PlainCrowd } from '../plain-crowd.js';
import type { Random } from '../random.js';
import type { Scenario } from '../scenario.js';

/** Not ours: the usual way to use BullMQ, under the same kills and with the same kind of crowd. */
const SCRIPT = '../loadtest/baselines/plain-bullmq.mjs';

const STOCK = 300;
const BUYERS = 500;

class PlainPipeline {
  readonly redis: PrivateRedis;
  readonly gateways: Daemon[] = [];
  readonly workers: Daemon[] = [];

  private constructor(redis: PrivateRedis) {
    this.redis = redis;
  }

  static async open(settings: RedisSettings): Promise<PlainPipeline> {
    const pipeline = new PlainPipeline(await PrivateRedis.open(settings));
    await pipeline.redis.client.set('stock', STOCK);
    await Promise.all([0, 1].flatMap(() => [pipeline.startGateway(), pipeline.startWorker()]));
    return pipeline;
  }

  get urls(): string[] {
    return this.gateways.map(({ lines }) => {
      const line = lines.find(({ msg }) => msg === 'gateway listening');
      const { port } = (line?.address ?? {}) as { port?: number };
      return `http://127.0.0.1:${port}`;
    });
  }

  async startGateway(): Promise<void> {
    const env = { ROLE: 'gateway', REDIS_URL: this.redis.url, PORT: '0' };
    const gateway = Daemon.start('plain gateway', SCRIPT, env);
    await gateway.untilLog(({ msg }) => msg === 'gateway listening');
    this.gateways.push(gateway);
  }

  async startWorker(): Promise<void> {
    const env = { ROLE: 'worker', REDIS_URL: this.redis.url };
    const worker = Daemon.start('plain worker', SCRIPT, env);
    await worker.untilLog(({ msg }) => msg === 'worker started');
    this.workers.push(worker);
  }

  async close(): Promise<void> {
    await Promise.all([...this.gateways, ...this.workers].map((one) => one.end('SIGKILL')));
    await this.redis.close();
  }
}

/** The plain pipeline's promises, judged from what its buyers were told and what it noted down. */
async function judgePlain({ redis }: PlainPipeline, crowd: PlainCrowd): Promise<Verdict> {
  const decisions = await redis.client.lrange('decisions', 0, -1);
  const seen = new Set<string>();
  const twice = decisions.filter((id) => seen.size === seen.add(id).size);
  const told = [...crowd.decisions.values()];
  const over = told.filter(({ state }) => state === 'held').length - STOCK;
  const acked = crowd.presses.map(({ buyer }) => buyer);
  return {
    presses: crowd.presses.length,
    acknowledged: crowd.acknowledged,
    decided: crowd.decisions.size,
    oversold: Math.max(0, over),
    losses: 0,
    void: 0,
    unseen: 0,
    findings: {
      lost: acked.filter((buyer) => !crowd.decisions.has(buyer)),
      'decided twice': twice,
      'order inversions': inversions({ presses: crowd.presses, looks: [], acts: [] }),
      oversold: over > 0 ? Array.from({ length: over }, (_none, i) => `unit ${STOCK + i + 1}`) : [],
    },
  };
}

interface PlainFault {
  readonly name: string;
  readonly what: string;
  readonly settings?: RedisSettings;
  readonly missing?: () => string | null;
  readonly times: number;
  readonly act: (pipeline: PlainPipeline, random: Random) => Promise<void>;
}

async function killRedis({ redis }: PlainPipeline, random: Random): Promise<void> {
  const log = await SyncLog.attach(redis.process.pid);
  await sleep(random.int(200, 900));
  await redis.kill();
  for (const [file, bytes] of await log.unsynced()) redis.cut(file, bytes);
  await redis.start();
}

const faults: readonly PlainFault[] = [
  {
    name: 'plain-bullmq-worker-killed',
    what: 'for comparison, one job an attempt: kill -9 of a worker, three times',
    times: 3,
    act: async (pipeline) => {
      await pipeline.workers.shift()?.end('SIGKILL');
      await pipeline.startWorker();
    },
  },
  {
    name: 'plain-bullmq-gateway-killed',
    what: 'for comparison, one job an attempt: kill -9 of a gateway, three times',
    times: 3,
    act: async (pipeline) => {
      await pipeline.gateways.at(-1)?.end('SIGKILL');
      await pipeline.startGateway();
    },
  },
  {
    name: 'plain-bullmq-redis-killed',
    what: 'for comparison, one job an attempt: kill -9 of Redis, cut to what was synced',
    missing: missingStrace,
    times: 2,
    act: killRedis,
  },
  {
    name: 'plain-bullmq-redis-killed-everysec',
    what: 'for comparison, one job an attempt: the same with appendfsync everysec',
    settings: { config: { appendfsync: 'everysec' } },
    missing: missingStrace,
    times: 2,
    act: killRedis,
  },
];

/** The fault comes again and again while the buyers press; the last ones press after the last. */
async function playPlain({ settings = {}, times, act }: PlainFault, random: Random) {
  const pipeline = await PlainPipeline.open(settings);
  try {
    const crowd = new PlainCrowd(pipeline.urls);
    const shopping = crowd.shop(BUYERS);
    for (let time = 0; time < times; time += 1) {
      const enough = Math.floor(((time + 1) * BUYERS) / (times + 2)) + random.int(0, 40);
      await eventually(
        () => sleep(10).then(() => crowd.acknowledged),
        (acknowledged) => acknowledged >= enough,
        60_000,
      );
      await act(pipeline, random);
    }
    await shopping;
    await crowd.untilTold();
    const verdict = await judgePlain(pipeline, crowd);
    return { verdict, recoveryMs: null, expectedLoss: true, comparison: true };
  } finally {
    await pipeline.close();
  }
}

export const scenarios: readonly Scenario[] = faults.map((fault) => ({
  name: fault.name,
  what: fault.what,
  inShort: false,
  ...(fault.missing ? { missing: fault.missing } : {}),
  play: ({ random }) => playPlain(fault, random),
}));
