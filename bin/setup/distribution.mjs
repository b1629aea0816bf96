import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { SetupError } from './failure.mjs';
import { logFile } from './logfiles.mjs';
import { run } from './processes.mjs';
import { findProgram } from './programs.mjs';

const STANDARD_REDIS_PORT = 6379;
const STANDARD_REDIS_PID = '/run/redis/redis-server.pid';
const SERVICE_STOP_MS = 10_000;

/** @returns {boolean} whether this user may install packages here */
export function canInstall() {
  return (
    process.platform === 'linux' && process.getuid?.() === 0 && findProgram(['apt-get']) !== null
  );
}

/**
 * Installs packages of the distribution.
 * @param {string[]} packages
 * @param {object} options
 * @param {string} options.dataDir
 * @param {import('./progress.mjs').Progress} options.progress
 * @param {AbortSignal} [options.signal]
 */
export async function installPackages(packages, { dataDir, progress, signal }) {
  progress.line(
    `  ...   not found on this machine, installing with apt-get: ${packages.join(', ')}`,
  );
  const redisRan = await answers(STANDARD_REDIS_PORT);
  await progress.task('apt-get', async (detail) => {
    // A broken foreign source must not stop us: what counts is whether the install works.
    await apt(['update'], { dataDir, detail, signal });
    signal?.throwIfAborted();
    detail('');
    // Not to be interrupted: dpkg would be left half done.
    const result = await apt(['install', '-y', '--no-install-recommends', ...packages], {
      dataDir,
      detail,
    });
    if (result.code !== 0) throw installFailure(packages, result.output);
    if (packages.includes('redis-server') && !redisRan) await stopRedisService();
  });
}

/**
 * @param {string[]} args
 * @param {{dataDir: string, detail: (text: string) => void, signal?: AbortSignal}} options
 */
async function apt(args, { dataDir, detail, signal }) {
  const result = await run('apt-get', ['-q', '-o', 'DPkg::Lock::Timeout=120', ...args], {
    // RUNLEVEL=1 keeps maintainer scripts from starting services where they listen to it.
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' },
    signal,
    onLine: (line) => detail(line.slice(0, 60)),
  });
  writeFileSync(logFile(dataDir, 'apt'), result.output, { flag: 'a' });
  return result;
}

/**
 * @param {string[]} packages
 * @param {string} output
 */
function installFailure(packages, output) {
  return new SetupError(
    `apt-get could not install ${packages.join(' ')}. Install them yourself, or set REDIS_URL and DATABASE_URL to servers that run.`,
    { output: output.trimEnd().split('\n').slice(-10).join('\n') },
  );
}

/** The package may have started a service; nobody asked for one, so it goes again. */
async function stopRedisService() {
  if (existsSync('/run/systemd/system')) {
    await run('systemctl', ['disable', '--now', 'redis-server']);
  } else {
    if (findProgram(['update-rc.d'])) await run('update-rc.d', ['redis-server', 'disable']);
    if (existsSync('/etc/init.d/redis-server')) {
      await run('/etc/init.d/redis-server', ['stop']);
    }
  }
  const deadline = Date.now() + SERVICE_STOP_MS;
  while (await answers(STANDARD_REDIS_PORT)) {
    killByPidFile();
    if (Date.now() > deadline) {
      throw new SetupError(
        'Installing redis-server started a service on port 6379 that does not stop. Stop it with: service redis-server stop',
      );
    }
    await pause(100);
  }
}

function killByPidFile() {
  try {
    process.kill(Number(readFileSync(STANDARD_REDIS_PID, 'utf8')), 'SIGTERM');
  } catch {
    // Not there, or gone already: the port tells.
  }
}

/**
 * @param {number} port
 * @returns {Promise<boolean>}
 */
function answers(port) {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1');
    socket.once('connect', () => socket.destroy() && resolve(true));
    socket.once('error', () => resolve(false));
  });
}
