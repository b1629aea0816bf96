import path from 'node:path';
import { ownData } from './setup/datalock.mjs';
import { listenForStop, runThenUndo } from './setup/lifetime.mjs';
import { DATA_DIR } from './setup/places.mjs';
import { prepareCode } from './setup/prepare.mjs';
import { untilCrash } from './setup/processes.mjs';
import { Progress } from './setup/progress.mjs';
import { requireSupportedHost } from './setup/requirements.mjs';
import { startServers } from './setup/servers.mjs';

requireSupportedHost();
const progress = new Progress();
const say = (/** @type {string} */ line) => progress.line(line);
const signal = listenForStop(say);
/** @type {(() => unknown)[]} */
const undo = [];
let reached = false;
const wentWell = await runThenUndo(measure, { undo, progress });
process.exit(wentWell && reached && !signal.aborted ? 0 : 1);

/** Servers of its own: their CPU is what is measured, and their data is thrown away each round. */
async function measure() {
  delete process.env.REDIS_URL;
  delete process.env.DATABASE_URL;
  const dataDir = path.join(DATA_DIR, 'bench');
  const lock = await ownData({ dataDir, command: 'npm run bench', say });
  undo.push(() => lock.release());
  await prepareCode({ progress, signal });
  // Only now is there anything that these can be loaded with.
  const { readOptions, USAGE } = await import('../loadtest/bench/options.mjs');
  const options = readOptions(process.argv.slice(2));
  if (options.help) {
    reached = true;
    return say(USAGE);
  }
  const servers = await startServers({ dataDir, progress, signal });
  undo.push(() => progress.task('stopping Redis and the database', () => servers.stop()));
  const crash = new AbortController();
  for (const service of servers.services) untilCrash(service).catch((error) => crash.abort(error));
  const ending = AbortSignal.any([signal, crash.signal]);
  const { bench } = await import('../loadtest/bench/main.mjs');
  reached = await bench({ servers, dataDir, options, say, signal: ending });
}
