import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { isRunning, processStart } from './identity.mjs';

const LOOK_AGAIN_MS = 50;

/** Gateway and worker first: nobody should write while the stores stop. */
const STOP_ORDER = ['gateway', 'worker', 'mysql-setup', 'mysql', 'redis'];
/** A database may need long to write down what it has in memory; the others don't. */
const PATIENCE_MS = { mysql: 60_000, redis: 30_000 };
const DEFAULT_PATIENCE_MS = 10_000;

/**
 * Writes down a child, so that the next start finds it should this process be killed.
 * @param {string} dataDir
 * @param {string} name
 * @param {number} pid
 * @returns {() => void} forgets it again
 */
export function recordPid(dataDir, name, pid) {
  const file = recordFile(dataDir, name);
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(file, JSON.stringify({ pid, start: processStart(pid) }));
  return () => rmSync(file, { force: true });
}

/**
 * Stops what a killed launcher has left running. Call it only while holding the data's lock.
 * @param {string} dataDir
 * @param {(line: string) => void} say
 */
export async function stopOrphans(dataDir, say) {
  for (const name of recordedNames(dataDir)) {
    const file = recordFile(dataDir, name);
    const identity = readRecord(file);
    if (identity && isRunning(identity)) {
      say(`  ...   stopping ${name} (pid ${identity.pid}), left over from a run that was killed`);
      await stopOrphan(identity, PATIENCE_MS[name] ?? DEFAULT_PATIENCE_MS);
    }
    rmSync(file, { force: true });
  }
}

/** @param {string} dataDir */
function recordedNames(dataDir) {
  let files;
  try {
    files = readdirSync(path.join(dataDir, 'pids'));
  } catch {
    return [];
  }
  const names = files.filter((file) => file.endsWith('.json')).map((file) => file.slice(0, -5));
  return names.sort((a, b) => rank(a) - rank(b));
}

/** @param {string} name */
function rank(name) {
  const index = STOP_ORDER.indexOf(name);
  return index === -1 ? 0 : index;
}

/**
 * @param {{pid: number, start: string | null}} identity
 * @param {number} patienceMs
 */
async function stopOrphan(identity, patienceMs) {
  signalGroup(identity.pid, 'SIGTERM');
  const deadline = Date.now() + patienceMs;
  while (isRunning(identity)) {
    if (Date.now() > deadline) signalGroup(identity.pid, 'SIGKILL');
    await pause(LOOK_AGAIN_MS);
  }
}

/**
 * Every child leads its own process group: whatever it has started goes with it.
 * @param {number} pid
 * @param {NodeJS.Signals} signal
 */
export function signalGroup(pid, signal) {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

/** @param {string} dataDir @param {string} name */
function recordFile(dataDir, name) {
  return path.join(dataDir, 'pids', `${name}.json`);
}

/** @param {string} file */
function readRecord(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}
