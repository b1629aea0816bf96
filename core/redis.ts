import { Cluster, Redis, type RedisOptions } from 'ioredis';

/** A single Redis or a Redis Cluster: every key of a lane is in one slot, so both serve alike. */
export type RedisClient = Redis | Cluster;

/**
 * How a connection behaves while Redis is away. Never one client for two policies:
 * - `door`: answers are worth nothing late. No offline queue, a command timeout.
 * - `lane`: a worker may wait for Redis, but what it sent and got no answer for is never sent
 *   again by the client; its own script looks for the stored answer first.
 * - `tail`: blocks on a stream; nothing else may share it. A cut read fails, its caller reads on.
 * - `bull`: as BullMQ asks for its blocking clients.
 */
export type RedisPolicy = 'door' | 'lane' | 'tail' | 'bull';

/** How long a door waits for one command: longer than a slow fsync, shorter than a buyer's patience. */
const DOOR_TIMEOUT_MS = 3_000;

/** Every read of a tail is answered within a second; longer silence means a dead connection. */
const TAIL_SILENCE_MS = 5_000;

/** Reconnect soon and evenly: a gateway without Redis answers 503 anyway. */
function retryDelay(times: number): number {
  return Math.min(50 * times, 500) + Math.floor(Math.random() * 50);
}

const COMMON: RedisOptions = {
  // A command that reached Redis must not run twice because its answer was lost.
  autoResendUnfulfilledCommands: false,
  retryStrategy: retryDelay,
  disableClientInfo: true,
};

const POLICIES: Record<RedisPolicy, RedisOptions> = {
  door: {
    ...COMMON,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: DOOR_TIMEOUT_MS,
  },
  lane: { ...COMMON, maxRetriesPerRequest: 0, commandTimeout: 2 * DOOR_TIMEOUT_MS },
  // With `null` here a blocked read that loses its connection would never be answered at all.
  // A connection that died without a word is noticed by the silence: each read lasts a second.
  tail: { ...COMMON, maxRetriesPerRequest: 0, socketTimeout: TAIL_SILENCE_MS },
  // BullMQ waits for ever for a command that is neither answered nor sent again; its jobs only
  // wake the lane's owner, so one that is taken twice changes nothing.
  bull: { ...COMMON, maxRetriesPerRequest: null, autoResendUnfulfilledCommands: true },
};

/**
 * Opens a connection that reconnects by itself until it is closed.
 * @param url one `redis://host:port[/db]`, or several separated by commas for a Redis Cluster
 * @param onError told of every connection error; ioredis would print it otherwise
 */
export function connectRedis(
  url: string,
  policy: RedisPolicy,
  onError: (error: Error) => void,
): RedisClient {
  const options = POLICIES[policy];
  const nodes = url.split(',').map((part) => part.trim());
  const client =
    nodes.length > 1
      ? new Cluster(nodes, {
          redisOptions: options,
          enableOfflineQueue: options.enableOfflineQueue ?? true,
          clusterRetryStrategy: retryDelay,
        })
      : new Redis(nodes[0] as string, options);
  client.on('error', onError);
  return client;
}

/** Resolves once the connection can take commands. */
export async function untilReady(client: RedisClient): Promise<void> {
  if (client.status === 'ready') return;
  await new Promise<void>((resolve) => client.once('ready', () => resolve()));
}

/**
 * The id of this run of Redis: another one after every restart, and on every other server. Of a
 * cluster, that of all its masters together.
 */
export async function runIdOf(client: RedisClient): Promise<string> {
  const nodes = client instanceof Cluster ? client.nodes('master') : [client];
  const answers = await Promise.all(nodes.map((node) => node.info('server')));
  return answers
    .map((answer) => /^run_id:(\w+)/m.exec(answer)?.[1] ?? '')
    .sort()
    .join(',');
}

/** Ends a connection for good: politely when it is up, at once when it is not. */
export async function closeRedis(client: RedisClient): Promise<void> {
  if (client.status !== 'ready') return client.disconnect();
  await client.quit().catch(() => client.disconnect());
}

const TAKES_NOTHING =
  /^(OOM|LOADING|BUSY|READONLY|MISCONF|NOREPLICAS|MASTERDOWN|CLUSTERDOWN|TRYAGAIN)\b/;

/**
 * Whether Redis answered that it takes no such command at the moment: it is full, loading, busy
 * with a script, or no master. Then nothing of the command, or of the script, was carried out.
 */
export function isRedisRefusing(error: unknown): boolean {
  return error instanceof Error && TAKES_NOTHING.test(error.message);
}

/** Whether an error is about Redis as a whole, not about what was asked: it may pass by itself. */
export function isRedisAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return (
    isRedisRefusing(error) ||
    error.name === 'MaxRetriesPerRequestError' ||
    error.name === 'ClusterAllFailedError' ||
    /^(Connection is closed|Command timed out|Stream isn't writeable)/.test(error.message) ||
    /ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT/.test(error.message)
  );
}
