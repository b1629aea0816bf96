import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { isRunning, processStart } from './identity.mjs';
import { DATA_DIR } from './places.mjs';
import { writePrivately } from './secrets.mjs';

const FILE = path.join(DATA_DIR, 'running.json');

/**
 * @typedef {{gateways: string[], redisUrl: string, databaseUrl: string, sessionSecret: string,
 *   opsToken: string, pid: number, start?: string | null}} RunningSystem
 */

/**
 * Lets load tests and tools find the system that `npm start` runs.
 * @param {RunningSystem} system
 */
export function announce(system) {
  writePrivately(FILE, { ...system, start: processStart(system.pid) });
}

export function withdraw() {
  rmSync(FILE, { force: true });
}

/** @returns {RunningSystem | null} null when none runs; what a killed one left does not count */
export function findRunning() {
  try {
    const system = JSON.parse(readFileSync(FILE, 'utf8'));
    return isRunning({ pid: system.pid, start: system.start ?? null }) ? system : null;
  } catch {
    return null;
  }
}
