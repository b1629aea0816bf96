import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { SetupError } from './failure.mjs';
import { logFile } from './logfiles.mjs';
import { DIST } from './places.mjs';
import { run, startService } from './processes.mjs';

/** A ledger that has to catch up, or a lane that is rebuilt, may hold readiness back. */
const READY_MS = 90_000;
const LOOK_AGAIN_MS = 50;
const ASK_MS = 2000;

/**
 * @param {object} options
 * @param {string} options.dataDir
 * @param {NodeJS.ProcessEnv} options.env
 * @param {import('./progress.mjs').Progress} options.progress
 * @param {AbortSignal} [options.signal]
 */
export function migrate({ dataDir, env, progress, signal }) {
  return progress.task('migrations', async () => {
    const { code, output } = await run(process.execPath, nodeArguments('migrations'), {
      env,
      signal,
    });
    const log = logFile(dataDir, 'migrate');
    writeFileSync(log, output, { flag: 'a', mode: 0o600 });
    if (code === 0) return;
    throw new SetupError(
      `The database could not be migrated. Is it of this version, and may its user change it? All of it: ${log}`,
      { output: output.trimEnd().split('\n').slice(-15).join('\n') },
    );
  });
}

/** @param {string} dataDir @param {NodeJS.ProcessEnv} env */
export function startGateway(dataDir, env) {
  return startProgram('gateway', 'api', dataDir, env);
}

/** @param {string} dataDir @param {NodeJS.ProcessEnv} env */
export function startWorker(dataDir, env) {
  return startProgram('worker', 'workers', dataDir, env);
}

/**
 * @param {string} name
 * @param {string} folder
 * @param {string} dataDir
 * @param {NodeJS.ProcessEnv} env
 */
function startProgram(name, folder, dataDir, env) {
  return startService({
    name,
    dataDir,
    command: process.execPath,
    args: nodeArguments(folder),
    log: logFile(dataDir, name),
    env,
  });
}

/**
 * A gateway's heap: what lives as long as an attempt is under way dies young in half-spaces of this
 * size, and is looked for by one thread: there is a process for each core, and helpers that wait for
 * each other only take time from it. Nothing is born old: connecting buyers, whose objects stay, make
 * the optimizer believe that those of a request stay as well, and each of these then keeps all the
 * young ones it points at. The old space is marked again when it has doubled: left to itself V8 does
 * so every few seconds of a sale for some 12 MB. docs/performance.md has the figures. The same in
 * package.json and docker/entrypoint.sh.
 */
export const HEAP_FLAGS = [
  '--max-semi-space-size=32',
  '--no-parallel-scavenge',
  '--no-allocation-site-pretenuring',
  '--heap-growing-percent=100',
];

/** @param {string} folder */
function nodeArguments(folder) {
  return ['--enable-source-maps', ...HEAP_FLAGS, path.join(DIST, folder, 'main.js')];
}

/**
 * @param {object} options
 * @param {string} options.url
 * @param {import('./progress.mjs').Progress} options.progress
 * @param {AbortSignal} options.signal
 */
export function untilGatewayReady({ url, progress, signal }) {
  return progress.task('gateway and worker', async (detail) => {
    const deadline = Date.now() + READY_MS;
    for (;;) {
      const answer = await ask(`${url}/readyz`);
      if (answer.status === 200) return;
      detail(answer.text.slice(0, 80));
      if (Date.now() > deadline) {
        throw new SetupError(
          `The gateway did not become ready: ${url}/readyz says ${answer.text}. See .dropgate/logs/gateway.log and worker.log.`,
        );
      }
      await pause(LOOK_AGAIN_MS, undefined, { signal });
    }
  });
}

/** @param {string} url */
async function ask(url) {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(ASK_MS) });
    return { status: response.status, text: await response.text() };
  } catch (error) {
    return { status: 0, text: error.cause?.message ?? error.message };
  }
}
