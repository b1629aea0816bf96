import path from 'node:path';
import { ensureDependencies } from './setup/dependencies.mjs';
import { SetupError } from './setup/failure.mjs';
import { listenForStop, runThenUndo } from './setup/lifetime.mjs';
import { waitForLock } from './setup/lock.mjs';
import { DATA_DIR, privateDirectory, ROOT } from './setup/places.mjs';
import { run } from './setup/processes.mjs';
import { Progress } from './setup/progress.mjs';
import { requireSupportedHost } from './setup/requirements.mjs';
import { findRunning } from './setup/running.mjs';
import { firstOpsToken } from './setup/settings.mjs';

const LOADTEST = path.join(ROOT, 'loadtest');
const VARIABLES = ['TARGETS', 'SESSION_SECRET', 'OPS_TOKEN', 'DATABASE_URL'];

requireSupportedHost();
const progress = new Progress();
const signal = listenForStop((line) => progress.line(line));
let exitCode = 1;
const wentWell = await runThenUndo(loadtest, { undo: [], progress });
process.exit(wentWell && !signal.aborted ? exitCode : 1);

async function loadtest() {
  const args = process.argv.slice(2);
  await requireScenario(args[0]);
  const env = targetEnvironment();
  await install();
  const scenario = [path.join(LOADTEST, 'run.mjs'), ...args];
  const result = await run(process.execPath, scenario, { env, signal, show: true });
  exitCode = result.code;
}

/** @param {string | undefined} scenario */
async function requireScenario(scenario) {
  const { SCENARIOS } = await import('../loadtest/settings.mjs');
  const names = Object.keys(SCENARIOS);
  if (scenario && names.includes(scenario)) return;
  const wrong = scenario ? `There is no scenario ${scenario}. ` : '';
  const list = names.map((name) => `  npm run loadtest -- ${name}`).join('\n');
  throw new SetupError(`${wrong}Which scenario? One of these:\n${list}`);
}

/**
 * The system under load: what the environment names, else the one that `npm start` runs.
 * @returns {NodeJS.ProcessEnv}
 */
function targetEnvironment() {
  const opsToken = firstOpsToken();
  const given = { ...process.env, ...(opsToken ? { OPS_TOKEN: opsToken } : {}) };
  const missing = VARIABLES.filter((name) => !given[name]);
  if (missing.length === 0) return given;
  const system = findRunning();
  // Another system's gateways with this one's secrets would only give answers that puzzle.
  if (!system || process.env.TARGETS) {
    throw new SetupError(
      `No system to load was found. Start one in another terminal with npm start, or name it: set ${missing.join(', ')}.`,
    );
  }
  return {
    ...given,
    TARGETS: system.gateways.join(','),
    SESSION_SECRET: given.SESSION_SECRET || system.sessionSecret,
    OPS_TOKEN: given.OPS_TOKEN || system.opsToken,
    DATABASE_URL: given.DATABASE_URL || system.databaseUrl,
  };
}

/** 590 MB, so only when it is first used; its browsers are of no use here. */
async function install() {
  const lock = await waitForLock(path.join(privateDirectory(DATA_DIR), 'loadtest.lock'), signal);
  try {
    await ensureDependencies({
      directory: LOADTEST,
      label: 'artillery (590 MB, the first time only)',
      progress,
      signal,
      env: { PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD: '1' },
    });
  } finally {
    lock.release();
  }
}
