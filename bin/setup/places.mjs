import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout. */
export const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');
/** Everything that a run keeps: databases, secrets, logs. */
export const DATA_DIR = path.join(ROOT, '.dropgate');
/** Tests have their own servers and data, so that they never disturb a running `npm start`. */
export const TEST_DATA_DIR = path.join(DATA_DIR, 'test');
export const DIST = path.join(ROOT, 'dist');

/**
 * @param {string} name of a command that npm installs
 * @returns {string} its path
 */
export function localCommand(name) {
  return path.join(ROOT, 'node_modules', '.bin', name);
}

/**
 * Readable by its owner alone: the directory holds secrets and a database.
 * @param {string} directory
 * @returns {string} the same directory
 */
export function privateDirectory(directory) {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  return directory;
}
