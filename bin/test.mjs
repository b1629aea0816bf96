import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { findBrowser } from './setup/browser.mjs';
import { ownData } from './setup/datalock.mjs';
import { SetupError } from './setup/failure.mjs';
import { listenForStop, runThenUndo } from './setup/lifetime.mjs';
import { DIST, localCommand, ROOT, TEST_DATA_DIR } from './setup/places.mjs';
import { prepareBuild, prepareDependencies } from './setup/prepare.mjs';
import { run, untilCrash } from './setup/processes.mjs';
import { Progress } from './setup/progress.mjs';
import { requireSupportedHost } from './setup/requirements.mjs';
import { serversAndCode } from './setup/sidebyside.mjs';

/** The format check and the lint are two checks of one program; organised imports are lint. */
const CHECKS = [
  { label: 'format check', args: ['format', '.'] },
  { label: 'lint', args: ['check', '--formatter-enabled=false', '.'] },
];

requireSupportedHost();
const progress = new Progress();
const signal = listenForStop((line) => progress.line(line));
/** @type {(() => unknown)[]} */
const undo = [];
const counts = { passed: 0, failed: 0, skipped: 0 };
const wentWell = await runThenUndo(testAll, { undo, progress });
// A build or servers that failed, or a mocha that never got to the tests.
if (!wentWell) counts.failed += 1;
if (signal.aborted) progress.line('Stopped before the end.');
const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : '';
progress.line(`${counts.passed} passed, ${counts.failed} failed${skipped}`);
process.exit(wentWell && counts.failed === 0 && !signal.aborted ? 0 : 1);

async function testAll() {
  const lock = await ownData({
    dataDir: TEST_DATA_DIR,
    command: 'npm test',
    say: (line) => progress.line(line),
  });
  undo.push(() => lock.release());
  const servers = await serversAndCode({
    code: checkCode,
    dataDir: TEST_DATA_DIR,
    progress,
    signal,
    undo,
  });
  const crash = new AbortController();
  for (const service of servers.services) untilCrash(service).catch((error) => crash.abort(error));
  const args = process.argv.slice(2);
  const browser = needsBrowser(args)
    ? await findBrowser({ dataDir: TEST_DATA_DIR, progress, signal })
    : null;
  await runMocha({ ...servers, browser }, args, AbortSignal.any([signal, crash.signal]));
}

/** All of them are looked at, also after a failure; only without a build there is nothing to test. */
async function checkCode(/** @type {AbortSignal} */ ending) {
  await prepareDependencies({ progress, signal: ending });
  for (const check of CHECKS) await biome(check, ending);
  await prepareBuild({ progress, signal: ending });
  counts.passed += 1;
}

/** @param {(typeof CHECKS)[number]} check @param {AbortSignal} ending */
async function biome({ label, args }, ending) {
  try {
    await progress.task(label, async () => {
      const { code, output } = await run(localCommand('biome'), args, { signal: ending });
      if (code !== 0) throw new SetupError(output.trim());
    });
    counts.passed += 1;
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    counts.failed += 1;
    progress.line(`${error.message}\nWhat can be mended by itself: npm run format\n`);
  }
}

/** @param {string[]} args without any file everything runs */
function needsBrowser(args) {
  const files = args.filter((arg) => arg.includes('test/'));
  return files.length === 0 || files.some((file) => file.includes('browser'));
}

/**
 * @param {import('./setup/servers.mjs').Servers & {browser: string | null}} found
 * @param {string[]} args passed on to mocha; files among them replace the whole set
 * @param {AbortSignal} ending the end of it all: a stop, or a server that has crashed
 */
async function runMocha({ redisUrl, redisRoles, databaseUrl, browser }, args, ending) {
  const summary = path.join(TEST_DATA_DIR, 'summary.json');
  rmSync(summary, { force: true });
  const wanted = args.map(compiledTest);
  const named = wanted.some((arg, index) => arg !== args[index] || existsSync(arg));
  const { code } = await run(
    process.execPath,
    [
      '--enable-source-maps',
      path.join(ROOT, 'node_modules', 'mocha', 'bin', 'mocha.js'),
      '--reporter',
      path.join(ROOT, 'bin', 'test-reporter.mjs'),
      '--reporter-option',
      `summary=${summary}`,
      ...(named ? [] : ['dist/test/**/*.test.js', 'loadtest/{verdict,bench,baselines}/*.test.mjs']),
      ...wanted,
    ],
    {
      env: {
        ...process.env,
        REDIS_URL: redisUrl,
        GATEWAY_REDIS_URL: redisRoles.gateway,
        WORKER_REDIS_URL: redisRoles.worker,
        DATABASE_URL: databaseUrl,
        ...(browser ? { BROWSER_PROGRAM: browser } : {}),
      },
      signal: ending,
      show: true,
    },
  );
  count(summary, code);
}

/**
 * @param {string} arg a source such as test/door.test.ts stands for what was compiled from it
 */
function compiledTest(arg) {
  if (!/^(\.\/)?test\/.*\.ts$/.test(arg)) return arg;
  return path.relative(ROOT, path.join(DIST, arg.replace(/\.ts$/, '.js')));
}

/**
 * @param {string} summary
 * @param {number} code of mocha
 */
function count(summary, code) {
  if (!existsSync(summary)) {
    throw new SetupError('Mocha ended before it ran the tests: what it says above tells why.');
  }
  const result = JSON.parse(readFileSync(summary, 'utf8'));
  counts.passed += result.passed;
  counts.failed += result.failed;
  counts.skipped += result.skipped;
  if (result.passed + result.failed + result.skipped === 0) {
    throw new SetupError('No test ran: is the pattern given after -- right?');
  }
  if (code !== 0 && result.failed === 0) throw new SetupError(`Mocha ended with code ${code}.`);
}
