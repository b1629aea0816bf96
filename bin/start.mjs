import { findDemoSale } from './demo.mjs';
import { ownData } from './setup/datalock.mjs';
import { describeFailure } from './setup/failure.mjs';
import { listenForStop, runThenUndo } from './setup/lifetime.mjs';
import { DATA_DIR } from './setup/places.mjs';
import { requireFreePort } from './setup/ports.mjs';
import { prepareCode } from './setup/prepare.mjs';
import { untilCrash, untilStopped } from './setup/processes.mjs';
import { Progress } from './setup/progress.mjs';
import { requireSupportedHost } from './setup/requirements.mjs';
import { announce, withdraw } from './setup/running.mjs';
import { childEnvironment, readSettings } from './setup/settings.mjs';
import { serversAndCode } from './setup/sidebyside.mjs';
import { migrate, startGateway, startWorker, untilGatewayReady } from './setup/system.mjs';

const CHILD_STOP_MS = 10_000;

requireSupportedHost();
const progress = new Progress();
const signal = listenForStop((line) => progress.line(line));
/** What has to be undone at the end, last first. @type {(() => unknown)[]} */
const undo = [];
const wentWell = await runThenUndo(launch, { undo, progress });
if (wentWell) progress.line('Stopped. The data stays in .dropgate/.');
process.exit(wentWell ? 0 : 1);

/** @returns {Promise<never>} until someone or something stops it */
async function launch() {
  const settings = readSettings(DATA_DIR);
  progress.line('Dropgate is being set up.');
  const lock = await ownData({ dataDir: DATA_DIR, command: 'npm start', say });
  undo.push(() => lock.release());
  withdraw();
  await requireFreePort(settings.port, settings.host);

  const servers = await serversAndCode({
    code: (ending) => prepareCode({ progress, signal: ending }),
    dataDir: DATA_DIR,
    progress,
    signal,
    undo,
  });
  const env = {
    gateway: childEnvironment(settings, servers, 'gateway'),
    worker: childEnvironment(settings, servers, 'worker'),
  };
  const endings = [untilStopped(signal), ...servers.services.map(untilCrash)];
  await orEnd(endings, migrate({ dataDir: DATA_DIR, env: env.worker, progress, signal }));

  const system = [startGateway(DATA_DIR, env.gateway), startWorker(DATA_DIR, env.worker)];
  undo.push(() => stopSystem(system));
  endings.push(...system.map(untilCrash));
  await orEnd(endings, untilGatewayReady({ url: settings.url, progress, signal }));
  announce({ ...publicPart(settings), ...urlsOf(servers), pid: process.pid });
  undo.push(withdraw);

  const sale = await orEnd(endings, demoSale(settings));
  welcome(settings, sale);
  return orEnd(endings, new Promise(() => {}));
}

/**
 * @template T
 * @param {Promise<never>[]} endings
 * @param {Promise<T>} work
 * @returns {Promise<T>} or the first ending, as a rejection
 */
function orEnd(endings, work) {
  return Promise.race([...endings, work]);
}

/** @param {import('./setup/processes.mjs').Service[]} system */
function stopSystem(system) {
  return progress.task('stopping gateway, worker', () =>
    Promise.all(system.map((service) => service.stop(CHILD_STOP_MS))),
  );
}

/**
 * @param {import('./setup/settings.mjs').Settings} settings
 * @returns {Promise<string | null>} its id; without it the system is still of use
 */
async function demoSale({ url, opsToken }) {
  try {
    return await progress.task('demo catalog', () =>
      findDemoSale({ url, opsToken, dataDir: DATA_DIR, signal }),
    );
  } catch (error) {
    signal.throwIfAborted();
    progress.line(`No demo sale: ${describeFailure(error)}`);
    return null;
  }
}

/** @param {import('./setup/settings.mjs').Settings} settings @param {string | null} sale */
function welcome({ url, opsToken }, sale) {
  progress.line(
    [
      '',
      `Dropgate runs (${progress.elapsed()} after the start).`,
      '',
      `  Shop        ${url}/`,
      ...(sale ? [`  Demo sale   ${url}/sales/${sale}`] : []),
      `  Ops         ${url}/ops`,
      `  Ops token   ${opsToken}`,
      '',
      '  Logs        .dropgate/logs/',
      '  Stop        Ctrl-C',
      '',
    ].join('\n'),
  );
}

/** @param {import('./setup/settings.mjs').Settings} settings */
function publicPart({ url, sessionSecret, opsToken }) {
  return { gateways: [url], sessionSecret, opsToken };
}

/** @param {import('./setup/servers.mjs').Servers} servers */
function urlsOf({ redisUrl, databaseUrl }) {
  return { redisUrl, databaseUrl };
}

/** @param {string} line */
function say(line) {
  progress.line(line);
}
