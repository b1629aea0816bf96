import path from 'node:path';
import { ensureBuild } from './compile.mjs';
import { ensureDependencies } from './dependencies.mjs';
import { waitForLock } from './lock.mjs';
import { DATA_DIR, privateDirectory, ROOT } from './places.mjs';

/**
 * @typedef {object} Options
 * @property {import('./progress.mjs').Progress} progress
 * @property {AbortSignal} [signal]
 * @property {boolean} [always] build also when nothing has changed
 */

/**
 * npm dependencies, then dist/.
 * @param {Options} options
 */
export async function prepareCode(options) {
  await prepareDependencies(options);
  await prepareBuild(options);
}

/** @param {Options} options */
export function prepareDependencies({ progress, signal }) {
  return oneAtATime(signal, () =>
    ensureDependencies({ directory: ROOT, label: 'npm dependencies', progress, signal }),
  );
}

/** @param {Options} options */
export function prepareBuild({ progress, signal, always }) {
  return oneAtATime(signal, () => ensureBuild({ progress, signal, always }));
}

/**
 * `npm start` and `npm test` of the same checkout share node_modules and dist/.
 * @param {AbortSignal | undefined} signal
 * @param {() => Promise<void>} work
 */
async function oneAtATime(signal, work) {
  const lock = await waitForLock(path.join(privateDirectory(DATA_DIR), 'setup.lock'), signal);
  try {
    await work();
  } finally {
    lock.release();
  }
}
