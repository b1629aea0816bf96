import { existsSync, readdirSync } from 'node:fs';
import { canInstall, installPackages } from './distribution.mjs';
import { findProgram } from './programs.mjs';

/** What some faults need of the distribution, by package. */
const TOOLS = {
  libfaketime: () => holds('/usr/lib', 'faketime/libfaketime.so.1'),
  strace: () => findProgram(['strace']) !== null,
};

/** @param {string} directory @param {string} file looked for in each of its subdirectories */
function holds(directory, file) {
  if (!existsSync(directory)) return false;
  return readdirSync(directory).some((name) => existsSync(`${directory}/${name}/${file}`));
}

/**
 * Installs them where that is possible. A fault whose tool is missing is left out, and says so.
 * @param {Parameters<typeof installPackages>[1]} options
 */
export async function installFaultTools(options) {
  const there = Object.entries(TOOLS);
  const packages = there.filter(([, isThere]) => !isThere()).map(([name]) => name);
  if (packages.length === 0 || !canInstall()) return;
  try {
    await installPackages(packages, options);
  } catch (error) {
    options.signal?.throwIfAborted();
    options.progress.line(error.message);
  }
}
