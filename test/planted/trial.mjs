import { copyFileSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { SetupError } from '../../bin/setup/failure.mjs';
import { run } from '../../bin/setup/processes.mjs';

/**
 * @typedef {import('./defects.mjs').Defect} Defect
 * @typedef {{sandbox: import('./sandbox.mjs').Sandbox, ending: AbortSignal,
 *   env: {REDIS_URL: string, DATABASE_URL: string}}} Bench
 * @typedef {{file?: string, fullTitle: string}} Test
 * @typedef {{caught: true, by: string, title: string} | {caught: false, badly?: string}} Outcome
 */

const WHOLE_SUITE = 'dist/test/**/*.test.js';

/** Longer than any of the chosen tests takes; a defect that lets one wait for ever ends it. */
const TEST_MS = 60_000;

/**
 * Runs all tests that are going to be relied on once: what fails without a defect proves nothing.
 * @param {Bench} bench
 * @param {Defect[]} defects
 * @param {boolean} whole
 */
export async function proveSound(bench, defects, whole) {
  const titled = defects.filter(({ title }) => title !== undefined);
  const untitled = defects.filter(({ title }) => title === undefined);
  const parts = whole ? [defects] : [titled, untitled].filter((part) => part.length > 0);
  /** @type {Test[]} */
  const passed = [];
  for (const part of parts) {
    const { failures, passes } = await runTests(bench, part, { whole, bail: false });
    if (failures.length > 0) {
      const output = failures.map((one) => `${one.fullTitle}\n${one.err?.stack ?? ''}`).join('\n');
      throw new SetupError('These tests fail without any defect: mend that first.', { output });
    }
    passed.push(...passes);
  }
  const idle = whole ? [] : titled.filter((defect) => !passed.some((test) => isFor(defect, test)));
  if (idle.length === 0) return;
  const output = idle.map(({ name, test, title }) => `${name}: ${test} "${title}"`).join('\n');
  throw new SetupError('No test has the title that a defect names.', { output });
}

/** @param {Defect} defect @param {Test} test */
function isFor({ test, title }, { file = '', fullTitle }) {
  return file.endsWith(test.replace(/\.ts$/, '.js')) && fullTitle.includes(title ?? '');
}

/**
 * Plants one defect, builds, and runs the tests that should catch it.
 * @param {Bench} bench
 * @param {Defect} defect
 * @param {boolean} whole with the whole suite
 * @returns {Promise<Outcome>}
 */
export async function tryOut(bench, defect, whole) {
  const restore = bench.sandbox.plant(defect);
  try {
    await build(bench, defect);
    const { failures } = await runTests(bench, [defect], { whole, bail: true });
    const [first] = failures;
    if (!first) return { caught: false };
    const why = String(first.err?.message ?? '').split('\n')[0];
    return {
      caught: true,
      by: `${first.fullTitle} (${why.slice(0, 120)})`,
      title: first.fullTitle,
    };
  } catch (error) {
    // Told apart from a survivor, counted like one, and the others are still tried.
    if (!(error instanceof SetupError)) throw error;
    return { caught: false, badly: `BADLY PLANTED: ${error.message} ${error.output}`.trim() };
  } finally {
    restore();
  }
}

/**
 * A text that does not compile would be caught by anything: then the defect is badly planted.
 * @param {Bench} bench
 * @param {Defect} defect
 */
async function build({ sandbox, env, ending }, { name, file }) {
  if (!file.endsWith('.ts')) {
    copyFileSync(sandbox.path(file), sandbox.path(`dist/${file}`));
    return compileScripts(sandbox.path('dist/lua'), env.REDIS_URL, name);
  }
  const tsc = sandbox.path('node_modules/.bin/tsc');
  const args = ['-p', 'tsconfig.json', '--pretty', 'false'];
  const memory = ['--incremental', '--tsBuildInfoFile', sandbox.path('planted.tsbuildinfo')];
  const { code, output } = await run(tsc, [...args, ...memory], {
    cwd: sandbox.directory,
    signal: ending,
  });
  if (code !== 0) throw new SetupError(`${name} is badly planted: a type error.`, { output });
}

/** @param {string} directory @param {string} redisUrl @param {string} name */
async function compileScripts(directory, redisUrl, name) {
  // Not before: in a fresh clone there was no package when this file was loaded.
  const { Redis } = await import('ioredis');
  const redis = new Redis(redisUrl);
  try {
    for (const file of readdirSync(directory).filter((one) => one.endsWith('.lua'))) {
      await redis.script('LOAD', withIncludes(directory, file));
    }
  } catch (error) {
    throw new SetupError(`${name} is badly planted: the script does not compile.`, {
      cause: error,
    });
  } finally {
    redis.disconnect();
  }
}

/** @param {string} directory @param {string} file @returns {string} */
function withIncludes(directory, file) {
  const text = readFileSync(path.join(directory, file), 'utf8');
  return text.replace(/^--include (\w+)$/gm, (_line, name) =>
    withIncludes(directory, `fragments/${name}.lua`),
  );
}

/**
 * @param {Bench} bench
 * @param {Defect[]} defects whose tests are to be run
 * @param {{whole: boolean, bail: boolean}} options
 * @returns {Promise<{passes: Test[], failures: (Test & {err?: Error})[]}>}
 */
async function runTests({ sandbox, env, ending }, defects, { whole, bail }) {
  const result = sandbox.path('planted-result.json');
  rmSync(result, { force: true });
  const { code, output } = await run(
    process.execPath,
    [
      '--enable-source-maps',
      sandbox.path('node_modules/mocha/bin/mocha.js'),
      // What a failed test leaves open must not keep the process alive.
      '--exit',
      ...['--reporter', 'json', '--reporter-option', `output=${result}`],
      ...(bail ? ['--bail'] : []),
      ...(whole ? [WHOLE_SUITE] : chosen(defects)),
    ],
    { cwd: sandbox.directory, env: { ...process.env, ...env }, signal: ending },
  );
  const told = existsSync(result) ? JSON.parse(readFileSync(result, 'utf8')) : null;
  if (!told || told.passes.length + told.failures.length === 0) {
    throw new SetupError(`Mocha ended with code ${code} before it ran a test.`, { output });
  }
  return told;
}

/** @param {Defect[]} defects @returns {string[]} arguments for mocha */
function chosen(defects) {
  const files = new Set(defects.map(({ test }) => `dist/${test.replace(/\.ts$/, '.js')}`));
  const titles = new Set(defects.flatMap(({ title }) => title ?? []));
  const patterns = [...titles].map((title) => title.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const grep = patterns.length > 0 ? ['--grep', patterns.join('|')] : [];
  return ['--timeout', String(TEST_MS), ...grep, ...files];
}
