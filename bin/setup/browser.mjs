import { canInstall, installPackages } from './distribution.mjs';
import { SetupError } from './failure.mjs';
import { findProgram } from './programs.mjs';

const PROGRAMS = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const PACKAGE = 'chromium';

/**
 * The browser of this machine for the tests that need a real one, installed from the distribution
 * where that is possible. Without one the other tests still tell much: those are skipped, and a
 * line says why.
 * @param {object} options
 * @param {string} options.dataDir
 * @param {import('./progress.mjs').Progress} options.progress
 * @param {AbortSignal} options.signal
 * @returns {Promise<string | null>} its path
 */
export async function findBrowser({ dataDir, progress, signal }) {
  const found = findProgram(PROGRAMS);
  if (found) return found;
  if (canInstall()) await tryInstall({ dataDir, progress, signal });
  const installed = findProgram(PROGRAMS);
  if (!installed) {
    progress.line(
      `  ...   no browser (${PROGRAMS.join(', ')}): tests in a browser are skipped. To run them: sudo apt-get install ${PACKAGE}`,
    );
  }
  return installed;
}

/** @param {{dataDir: string, progress: import('./progress.mjs').Progress, signal: AbortSignal}} options */
async function tryInstall(options) {
  try {
    await installPackages([PACKAGE], options);
  } catch (error) {
    options.signal.throwIfAborted();
    if (!(error instanceof SetupError)) throw error;
    options.progress.line(`  ...   ${PACKAGE} could not be installed: see .dropgate/test/logs/`);
  }
}
