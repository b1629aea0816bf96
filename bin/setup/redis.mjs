import { rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { SetupError } from './failure.mjs';
import { logFile, tail } from './logfiles.mjs';
import { privateDirectory } from './places.mjs';
import { freePort } from './ports.mjs';
import { startService } from './processes.mjs';
import { roleRules } from './redisroles.mjs';

/** Loading a large append-only file takes time; more than this means that something is wrong. */
const READY_MS = 120_000;
const LOOK_AGAIN_MS = 25;
/** Another program may take the free port between our look and Redis's bind. */
const PORT_TRIES = 3;
const STOP_MS = 30_000;

/**
 * @typedef {import('./processes.mjs').Service} Service
 * @typedef {import('./redisroles.mjs').RolePasswords} RolePasswords
 * @typedef {{url: string, service: Service, stop: () => Promise<void>}} RunningStore
 * @typedef {RunningStore & {roles: {gateway: string, worker: string}}} RunningRedis `roles`: the
 *   URLs for the processes; `url` may do everything
 */

/**
 * Starts a Redis of our own, for this user's programs alone, that loses nothing it has answered.
 * @param {object} options
 * @param {string} options.program
 * @param {string} options.dataDir
 * @param {RolePasswords} options.passwords
 * @param {AbortSignal} [options.signal]
 * @returns {Promise<RunningRedis>}
 */
export async function startRedis({ program, dataDir, passwords, signal }) {
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort();
    const config = writeConfig(dataDir, port, passwords);
    const log = logFile(dataDir, 'redis');
    const service = startService({ name: 'redis', dataDir, command: program, args: [config], log });
    try {
      await untilReady(service, port, passwords.admin, signal);
      const stop = () => stopRedis(service, config);
      return { ...urlsAt(port, passwords), service, stop };
    } catch (error) {
      await stopRedis(service, config);
      const portTaken = tail(log, service.logStart).includes('Address already in use');
      if (!portTaken || attempt === PORT_TRIES) throw error;
    }
  }
}

/** @param {number} port @param {RolePasswords} passwords */
function urlsAt(port, { admin, gateway, worker }) {
  const urlOf = (/** @type {string} */ who) => `redis://${who}@127.0.0.1:${port}`;
  return {
    url: urlOf(`:${admin}`),
    roles: { gateway: urlOf(`gateway:${gateway}`), worker: urlOf(`worker:${worker}`) },
  };
}

/** @param {Service} service @param {string} config */
async function stopRedis(service, config) {
  await service.stop(STOP_MS);
  rmSync(config, { force: true });
}

/**
 * In a file, not in arguments: everyone may read the arguments of a process.
 * @param {string} dataDir
 * @param {number} port
 * @param {string} password
 */
function writeConfig(dataDir, port, passwords) {
  const directory = privateDirectory(path.join(dataDir, 'redis'));
  const file = path.join(directory, 'redis.conf');
  const lines = [
    'bind 127.0.0.1',
    `port ${port}`,
    ...roleRules(passwords),
    `dir ${quoted(directory)}`,
    'daemonize no',
    'appendonly yes',
    'appendfsync always',
    'save ""',
    'maxmemory-policy noeviction',
    // By default Redis keeps a hash of up to 512 fields as a list and searches it from its start.
    'hash-max-listpack-entries 16',
  ];
  writeFileSync(file, `${lines.join('\n')}\n`, { mode: 0o600 });
  return file;
}

/** @param {string} text */
function quoted(text) {
  return `"${text.replace(/[\\"]/g, '\\$&')}"`;
}

/**
 * @param {Service} service
 * @param {number} port
 * @param {string} password
 * @param {AbortSignal | undefined} signal
 */
async function untilReady(service, port, password, signal) {
  const deadline = Date.now() + READY_MS;
  while (!(await isReady(service, port, password))) {
    if (service.ended() || Date.now() > deadline) {
      throw new SetupError(
        `Redis did not start. Mend what its log says (${service.log}), or set REDIS_URL to a Redis that runs.`,
        { output: tail(service.log, service.logStart, 10) },
      );
    }
    await pause(LOOK_AGAIN_MS, undefined, { signal });
  }
}

/**
 * It answers, has loaded its data, and is the process that we started, not another on that port.
 * @param {Service} service
 * @param {number} port
 * @param {string} password
 */
async function isReady(service, port, password) {
  const answer = await ask(port, `AUTH ${password}\r\nPING\r\nINFO server\r\n`, 'executable:');
  return answer.includes('+PONG') && answer.includes(`process_id:${service.pid}\r\n`);
}

/**
 * @param {number} port
 * @param {string} commands
 * @param {string} until the answer is complete with this
 * @returns {Promise<string>} empty when there is none
 */
function ask(port, commands, until) {
  return new Promise((resolve) => {
    let text = '';
    const socket = net.connect(port, '127.0.0.1', () => socket.write(commands));
    socket.setEncoding('utf8').setTimeout(1000);
    socket.on('data', (chunk) => {
      text += chunk;
      if (text.includes(until) || text.includes('-LOADING')) socket.destroy();
    });
    socket.on('timeout', () => socket.destroy());
    socket.on('error', () => {});
    socket.on('close', () => resolve(text));
  });
}
