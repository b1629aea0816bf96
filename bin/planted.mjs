import { parseArgs } from 'node:util';
import { DEFECTS } from '../test/planted/defects.mjs';
import { reportOf, writeReport } from '../test/planted/report.mjs';
import { misfits, Sandbox } from '../test/planted/sandbox.mjs';
import { proveSound, tryOut } from '../test/planted/trial.mjs';
import { ownData } from './setup/datalock.mjs';
import { SetupError } from './setup/failure.mjs';
import { listenForStop, runThenUndo } from './setup/lifetime.mjs';
import { TEST_DATA_DIR } from './setup/places.mjs';
import { prepareCode } from './setup/prepare.mjs';
import { untilCrash } from './setup/processes.mjs';
import { Progress } from './setup/progress.mjs';
import { requireSupportedHost } from './setup/requirements.mjs';
import { serversAndCode } from './setup/sidebyside.mjs';

const USAGE = `Plants one deliberate defect after the other and sees whether the tests catch it.
  npm run test:planted                  all of them, each with the tests that should catch it
  npm run test:planted -- --only NAME   one (may be given again)
  npm run test:planted -- --whole       each with the whole suite
  npm run test:planted -- --write       writes the score into docs/planted-bugs.md
  npm run test:planted -- --list        names them`;

requireSupportedHost();
const progress = new Progress();
const options = readOptions();
const signal = listenForStop((line) => progress.line(line));
/** @type {(() => unknown)[]} */
const undo = [];
let survived = 1;
const wentWell = await runThenUndo(plantAll, { undo, progress });
process.exit(wentWell && survived === 0 && !signal.aborted ? 0 : 1);

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        only: { type: 'string', multiple: true, default: [] },
        whole: { type: 'boolean', default: false },
        write: { type: 'boolean', default: false },
        list: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) leave(0, USAGE);
    if (values.list) leave(0, DEFECTS.map(({ name, breaks }) => `${name}: ${breaks}`).join('\n'));
    const unknown = values.only.filter((name) => !DEFECTS.some((one) => one.name === name));
    if (unknown.length > 0) leave(1, `There is no defect ${unknown.join(', ')}: see --list.`);
    if (values.write && values.only.length > 0) leave(1, '--write needs a run of all defects.');
    return values;
  } catch (error) {
    return leave(1, `${error.message}\n${USAGE}`);
  }
}

/** @param {number} code @param {string} text @returns {never} */
function leave(code, text) {
  progress.line(text);
  process.exit(code);
}

async function plantAll() {
  const defects = DEFECTS.filter(({ name }) => !options.only.length || options.only.includes(name));
  requireFitting(defects);
  const lock = await ownData({
    dataDir: TEST_DATA_DIR,
    command: 'npm test or npm run test:planted',
    say: (line) => progress.line(line),
  });
  undo.push(() => lock.release());
  const { redisUrl, databaseUrl, services } = await serversAndCode({
    code: (ending) => prepareCode({ progress, signal: ending }),
    dataDir: TEST_DATA_DIR,
    progress,
    signal,
    undo,
  });
  const crash = new AbortController();
  for (const service of services) untilCrash(service).catch((error) => crash.abort(error));
  const sandbox = Sandbox.create();
  undo.push(() => sandbox.remove());
  const ending = AbortSignal.any([signal, crash.signal]);
  const bench = { sandbox, env: { REDIS_URL: redisUrl, DATABASE_URL: databaseUrl }, ending };
  await progress.task('the tests without any defect', () =>
    proveSound(bench, defects, options.whole),
  );
  report(await tryAll(bench, defects));
}

/** @param {import('../test/planted/defects.mjs').Defect[]} defects */
function requireFitting(defects) {
  const wrong = misfits(defects);
  if (wrong.length === 0) return;
  throw new SetupError(
    'A defect no longer fits the code: mend its text in test/planted/defects/.',
    {
      output: wrong.join('\n'),
    },
  );
}

/**
 * @param {import('../test/planted/trial.mjs').Bench} bench
 * @param {import('../test/planted/defects.mjs').Defect[]} defects
 */
async function tryAll(bench, defects) {
  const results = [];
  for (const defect of defects) {
    const startedAt = Date.now();
    const outcome = await tryOut(bench, defect, options.whole);
    const what = outcome.caught
      ? `caught by: ${outcome.by}`
      : `${outcome.badly ?? 'SURVIVED'}: it breaks ${defect.breaks}`;
    const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
    progress.line(
      `${String(results.length + 1).padStart(4)}  ${defect.name} (${seconds} s)  ${what}`,
    );
    results.push({ defect, outcome });
  }
  return results;
}

/** @param {Awaited<ReturnType<typeof tryAll>>} results */
function report(results) {
  const { caught, survivors } = reportOf(results);
  survived = survivors.length;
  if (options.write) writeReport(results);
  for (const { name } of survivors) progress.line(`SURVIVED: ${name}`);
  progress.line(`${caught} of ${results.length} caught`);
}
