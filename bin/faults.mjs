import path from 'node:path';
import { ownData } from './setup/datalock.mjs';
import { installFaultTools } from './setup/faulttools.mjs';
import { listenForStop, runThenUndo } from './setup/lifetime.mjs';
import { DIST, TEST_DATA_DIR } from './setup/places.mjs';
import { prepareCode } from './setup/prepare.mjs';
import { run, untilCrash } from './setup/processes.mjs';
import { Progress } from './setup/progress.mjs';
import { requireSupportedHost } from './setup/requirements.mjs';
import { serversAndCode } from './setup/sidebyside.mjs';

requireSupportedHost();
const progress = new Progress();
const signal = listenForStop((line) => progress.line(line));
/** @type {(() => unknown)[]} */
const undo = [];
let exitCode = 1;
const wentWell = await runThenUndo(playFaults, { undo, progress });
process.exit(wentWell && !signal.aborted ? exitCode : 1);

/** The servers are those of `npm test`: only one of the two runs in a checkout at a time. */
async function playFaults() {
  const dataDir = TEST_DATA_DIR;
  const say = (/** @type {string} */ line) => progress.line(line);
  const lock = await ownData({ dataDir, command: 'npm run test:faults', say });
  undo.push(() => lock.release());
  const code = (/** @type {AbortSignal} */ ending) => prepareCode({ progress, signal: ending });
  const servers = await serversAndCode({ code, dataDir, progress, signal, undo });
  await installFaultTools({ dataDir, progress, signal });
  const crash = new AbortController();
  for (const service of servers.services) untilCrash(service).catch((error) => crash.abort(error));
  await playHarness(servers, AbortSignal.any([signal, crash.signal]));
}

/**
 * @param {import('./setup/servers.mjs').Servers} servers
 * @param {AbortSignal} ending
 */
async function playHarness({ redisUrl, databaseUrl }, ending) {
  const main = path.join(DIST, 'test', 'faults', 'harness', 'main.js');
  const args = ['--enable-source-maps', main, ...process.argv.slice(2)];
  const env = {
    ...process.env,
    REDIS_URL: redisUrl,
    DATABASE_URL: databaseUrl,
    FIGURES_DIR: TEST_DATA_DIR,
  };
  const { code } = await run(process.execPath, args, { env, signal: ending, show: true });
  exitCode = code;
}
