import { canInstall, installPackages } from './distribution.mjs';
import { SetupError } from './failure.mjs';
import { startMysql } from './mysql.mjs';
import { privateDirectory } from './places.mjs';
import { findProgram } from './programs.mjs';
import { Progress } from './progress.mjs';
import { startRedis } from './redis.mjs';
import { ownSecrets } from './secrets.mjs';

/**
 * The two stores, and how each may be come by: the variable that names one that runs already, the
 * programs that can be started, the package that holds them.
 */
const STORES = {
  redis: {
    title: 'Redis',
    variable: 'REDIS_URL',
    programs: ['redis-server'],
    package: 'redis-server',
    brew: 'redis',
  },
  mysql: {
    title: 'database',
    variable: 'DATABASE_URL',
    programs: ['mariadbd', 'mysqld'],
    package: 'mariadb-server-core',
    brew: 'mariadb',
  },
};

/**
 * @typedef {import('./processes.mjs').Service} Service
 * @typedef {{redisUrl: string, redisRoles: {gateway: string, worker: string},
 *   databaseUrl: string, services: Service[], stop: () => Promise<void>}} Servers
 *   `redisRoles`: what the processes are given; `redisUrl` may be the administrator's
 */

/**
 * Finds or starts Redis and a MySQL-compatible database. Hold the lock of `dataDir` meanwhile.
 * @param {object} options
 * @param {string} options.dataDir where private servers keep their data
 * @param {Progress} [options.progress]
 * @param {AbortSignal} [options.signal]
 * @returns {Promise<Servers>} `stop` ends what was started here, database first
 */
export async function startServers({ dataDir, progress = new Progress(), signal }) {
  privateDirectory(dataDir);
  const programs = await findPrograms({ dataDir, progress, signal });
  const secrets = ownSecrets(dataDir);
  const [redis, mysql] = await Promise.allSettled([
    programs.redis &&
      progress.task(`private ${STORES.redis.title}`, () =>
        startRedis({ program: programs.redis, dataDir, passwords: ofRoles(secrets), signal }),
      ),
    programs.mysql &&
      progress.task(`private ${STORES.mysql.title}`, () =>
        startMysql({
          program: programs.mysql,
          dataDir,
          password: secrets.databasePassword,
          signal,
        }),
      ),
  ]);
  const started = [mysql, redis].flatMap((result) => result.value ?? []);
  const stop = async () => {
    for (const store of started) await store.stop();
  };
  const failed = [redis, mysql].find((result) => result.status === 'rejected');
  if (failed) {
    await stop();
    throw failed.reason;
  }
  const named = { gateway: process.env.REDIS_URL, worker: process.env.REDIS_URL };
  return {
    redisUrl: redis.value?.url ?? process.env.REDIS_URL,
    redisRoles: redis.value?.roles ?? named,
    databaseUrl: mysql.value?.url ?? process.env.DATABASE_URL,
    services: started.map((store) => store.service),
    stop,
  };
}

/** @param {import('./secrets.mjs').Secrets} secrets */
function ofRoles({ redisPassword, redisGatewayPassword, redisWorkerPassword }) {
  return { admin: redisPassword, gateway: redisGatewayPassword, worker: redisWorkerPassword };
}

/**
 * @param {{dataDir: string, progress: Progress, signal?: AbortSignal}} options
 * @returns {Promise<{redis: string | null, mysql: string | null}>} null: one that runs is named
 */
async function findPrograms(options) {
  const wanted = Object.values(STORES).filter((store) => !process.env[store.variable]);
  const missing = wanted.filter((store) => !findProgram(store.programs));
  if (missing.length > 0) {
    if (!canInstall()) throw new SetupError(remedy(missing));
    await installPackages(
      missing.map((store) => store.package),
      options,
    );
  }
  const programs = { redis: null, mysql: null };
  for (const [name, store] of Object.entries(STORES)) {
    if (!wanted.includes(store)) continue;
    programs[name] = findProgram(store.programs);
    if (!programs[name]) throw new SetupError(remedy([store]));
  }
  return programs;
}

/** @param {(typeof STORES)['redis'][]} missing */
function remedy(missing) {
  const names = missing.map((store) => `${store.title} (${store.programs.join(' or ')})`);
  return [
    `Not found on this machine: ${names.join(', ')}. One of these helps:`,
    `  Debian, Ubuntu:  sudo apt-get update && sudo apt-get install --no-install-recommends ${missing.map((store) => store.package).join(' ')}`,
    `  macOS:           brew install ${missing.map((store) => store.brew).join(' ')}`,
    '  containers:      docker compose up',
    `  servers that run elsewhere: set ${missing.map((store) => store.variable).join(' and ')}`,
  ].join('\n');
}
