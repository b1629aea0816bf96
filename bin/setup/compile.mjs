import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { SetupError } from './failure.mjs';
import { DIST, localCommand, ROOT } from './places.mjs';
import { run } from './processes.mjs';

const STAMP = path.join(DIST, '.stamp');
const SERVER_FOLDERS = ['api', 'workers', 'lua', 'core', 'migrations', 'test', 'loadtest'];
const SETTINGS = [
  'package-lock.json',
  'tsconfig.json',
  'web/tsconfig.json',
  'bin/setup/bundle.mjs',
];

/**
 * Compiles the sources into dist/ and copies what goes along with them.
 * @param {object} options
 * @param {import('./progress.mjs').Progress} options.progress
 * @param {AbortSignal} [options.signal]
 * @param {boolean} [options.always] also when nothing has changed
 */
export async function ensureBuild({ progress, signal, always = false }) {
  const sources = [...SERVER_FOLDERS, 'web'].flatMap((folder) => filesBelow(folder));
  const state = fingerprint([...SETTINGS, ...sources]);
  if (!always && existsSync(STAMP) && readFileSync(STAMP, 'utf8') === state) return;
  await progress.task('build', async () => {
    rmSync(STAMP, { force: true });
    const written = await compile(signal);
    for (const file of sources.filter(isScript)) written.add(copyAsset(file));
    // Not before: it needs a package, and in a fresh clone there was none when this was loaded.
    const { bundleWeb } = await import('./bundle.mjs');
    for (const file of await bundleWeb()) written.add(file);
    removeStale(DIST, written);
    mkdirSync(DIST, { recursive: true });
    writeFileSync(STAMP, state);
  });
}

/**
 * The servers' files are written; those of the browser are only checked, for esbuild does not.
 * @param {AbortSignal | undefined} signal
 * @returns {Promise<Set<string>>} the files written
 */
async function compile(signal) {
  const projects = ['tsconfig.json', 'web/tsconfig.json'];
  const results = await Promise.all(projects.map((project) => typeCheck(project, signal)));
  const failures = results.filter((result) => result.code !== 0);
  if (failures.length > 0) {
    throw new SetupError('The build failed: mend these type errors and run the command again.', {
      output: failures.map((failure) => failure.messages.join('\n')).join('\n'),
    });
  }
  return new Set(results.flatMap((result) => result.files));
}

/**
 * @param {string} project
 * @param {AbortSignal | undefined} signal
 */
async function typeCheck(project, signal) {
  const args = ['-p', path.join(ROOT, project), '--listEmittedFiles', '--pretty', 'false'];
  const { code, output } = await run(localCommand('tsc'), args, { signal, stopSignal: 'SIGKILL' });
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  const emitted = lines.filter((line) => line.startsWith('TSFILE: '));
  return {
    code,
    files: emitted.map((line) => path.resolve(ROOT, line.slice('TSFILE: '.length))),
    messages: lines.filter((line) => !line.startsWith('TSFILE: ')),
  };
}

/** @param {string} file below the checkout */
function isScript(file) {
  return file.startsWith('lua/') && file.endsWith('.lua');
}

/**
 * @param {string} file below the checkout
 * @returns {string} the copy
 */
function copyAsset(file) {
  const target = path.join(DIST, file);
  mkdirSync(path.dirname(target), { recursive: true });
  copyFileSync(path.join(ROOT, file), target);
  return target;
}

/**
 * What no source stands for any more goes, but only now: a gateway that runs from dist/ never
 * finds a file missing that is about to come back.
 * @param {string} directory
 * @param {Set<string>} written
 * @returns {boolean} whether the directory is empty now
 */
function removeStale(directory, written) {
  if (!existsSync(directory)) return true;
  let empty = true;
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const file = path.join(directory, entry.name);
    if (entry.isDirectory() ? removeStale(file, written) : !written.has(file)) {
      if (entry.isDirectory()) rmdirSync(file);
      else rmSync(file);
    } else {
      empty = false;
    }
  }
  return empty;
}

/**
 * @param {string} folder
 * @returns {string[]} paths below the checkout, with slashes
 */
function filesBelow(folder) {
  const directory = path.join(ROOT, folder);
  if (!existsSync(directory)) return [];
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.name !== 'node_modules' && !entry.name.startsWith('.'))
    .flatMap((entry) => {
      const file = `${folder}/${entry.name}`;
      return entry.isDirectory() ? filesBelow(file) : [file];
    });
}

/**
 * Times and sizes, not contents: cheap, and a file touched for nothing costs one build of a second.
 * @param {string[]} files
 */
function fingerprint(files) {
  const hash = createHash('sha256');
  for (const file of [...files].sort()) {
    const stat = statSync(path.join(ROOT, file), { throwIfNoEntry: false });
    if (stat) hash.update(`${file}\0${stat.mtimeMs}\0${stat.size}\n`);
  }
  return hash.digest('hex');
}
