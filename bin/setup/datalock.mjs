import path from 'node:path';
import { lockOrFail } from './lock.mjs';
import { stopOrphans } from './pidrecords.mjs';
import { privateDirectory } from './places.mjs';

/**
 * Makes this process the only one that works with a data directory, and clears away what a killed
 * one has left running there.
 * @param {object} options
 * @param {string} options.dataDir
 * @param {string} options.command for the message, such as `npm start`
 * @param {(line: string) => void} options.say
 * @returns {Promise<import('./lock.mjs').Lock>}
 */
export async function ownData({ dataDir, command, say }) {
  const lock = lockOrFail(
    path.join(privateDirectory(dataDir), 'lock'),
    (owner) =>
      `${command} already runs in this checkout (pid ${owner.pid}) and uses ${dataDir}. Use that one, or stop it first: kill ${owner.pid}`,
  );
  try {
    await stopOrphans(dataDir, say);
    return lock;
  } catch (error) {
    lock.release();
    throw error;
  }
}
