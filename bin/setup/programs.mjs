import { accessSync, constants, statSync } from 'node:fs';
import path from 'node:path';

/** Servers often live where a normal user's PATH does not look. */
const MORE_PLACES = ['/usr/sbin', '/usr/local/sbin', '/sbin', '/opt/homebrew/bin'];

/**
 * @param {string[]} names in order of preference
 * @returns {string | null} the path of the first that can be run
 */
export function findProgram(names) {
  const places = [...(process.env.PATH ?? '').split(path.delimiter), ...MORE_PLACES];
  for (const name of names) {
    for (const place of places.filter(Boolean)) {
      const file = path.join(place, name);
      if (isExecutable(file)) return file;
    }
  }
  return null;
}

/** @param {string} file */
function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
