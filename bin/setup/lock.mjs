import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { SetupError } from './failure.mjs';
import { isRunning, processStart } from './identity.mjs';

const LOOK_AGAIN_MS = 200;

/**
 * @typedef {{pid: number, start: string | null}} Owner
 * @typedef {{release: () => void}} Lock
 */

/**
 * Takes a lock file, or says who has it. A dead owner's lock is taken over.
 * @param {string} file
 * @returns {Lock | Owner} a lock has `release`
 */
export function tryLock(file) {
  const mine = `${file}.${process.pid}`;
  writeFileSync(mine, JSON.stringify({ pid: process.pid, start: processStart(process.pid) }));
  try {
    for (;;) {
      if (linked(mine, file)) return { release: () => release(file) };
      const text = read(file);
      if (text === null) continue;
      const owner = parseOwner(text);
      if (owner && isRunning(owner)) return owner;
      removeStale(file, text);
    }
  } finally {
    rmSync(mine, { force: true });
  }
}

/**
 * @param {string} file
 * @param {(owner: Owner) => string} message what to tell when another process has it
 * @returns {Lock}
 */
export function lockOrFail(file, message) {
  const got = tryLock(file);
  if ('release' in got) return got;
  throw new SetupError(message(got));
}

/**
 * @param {string} file
 * @param {AbortSignal | undefined} signal
 * @returns {Promise<Lock>} once the other owner is done
 */
export async function waitForLock(file, signal) {
  for (;;) {
    const got = tryLock(file);
    if ('release' in got) return got;
    await pause(LOOK_AGAIN_MS, undefined, { signal });
  }
}

/**
 * A link appears with its content at once: no reader ever sees a half-written lock.
 * @param {string} from
 * @param {string} to
 */
function linked(from, to) {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

/**
 * Two processes may find the same stale lock: what was moved aside is looked at again, and if it
 * is someone's fresh lock it is put back.
 * @param {string} file
 * @param {string} staleText
 */
function removeStale(file, staleText) {
  const aside = `${file}.stale.${process.pid}`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if (error.code === 'ENOENT') return;
    throw error;
  }
  if (read(aside) !== staleText) linked(aside, file);
  rmSync(aside, { force: true });
}

/** @param {string} file */
function release(file) {
  const owner = parseOwner(read(file) ?? '');
  if (owner?.pid === process.pid) rmSync(file, { force: true });
}

/** @param {string} file */
function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return null;
    throw error;
  }
}

/**
 * @param {string} text
 * @returns {Owner | null}
 */
function parseOwner(text) {
  try {
    const owner = JSON.parse(text);
    return Number.isInteger(owner.pid) ? owner : null;
  } catch {
    return null;
  }
}
