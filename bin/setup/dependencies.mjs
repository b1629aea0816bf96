import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { SetupError } from './failure.mjs';
import { run } from './processes.mjs';

const STAMP = '.dropgate-lock';

/**
 * Installs what package-lock.json says, when node_modules doesn't hold it yet.
 * @param {object} options
 * @param {string} options.directory with the package.json
 * @param {string} options.label
 * @param {import('./progress.mjs').Progress} options.progress
 * @param {AbortSignal} [options.signal]
 * @param {NodeJS.ProcessEnv} [options.env]
 */
export async function ensureDependencies({ directory, label, progress, signal, env = {} }) {
  const lock = readFileSync(path.join(directory, 'package-lock.json'), 'utf8');
  const stamp = path.join(directory, 'node_modules', STAMP);
  const hash = createHash('sha256').update(lock).digest('hex');
  if (readIfThere(stamp) === hash) return;
  if (!holdsLocked(directory, lock)) {
    await progress.task(label, (detail) => install(directory, { detail, signal, env }));
  }
  writeFileSync(stamp, hash);
}

/**
 * npm's own record tells what is installed: no need to install again what someone installed by
 * hand, or after a change of the lock that changes no package.
 * @param {string} directory
 * @param {string} lock
 */
function holdsLocked(directory, lock) {
  const record = readIfThere(path.join(directory, 'node_modules', '.package-lock.json'));
  if (!record) return false;
  const wanted = packagesOf(lock);
  const installed = packagesOf(record);
  for (const [name, entry] of Object.entries(wanted)) {
    if (name === '' || entry.link) continue;
    const there = installed[name];
    // Optional ones are made for other systems or may have failed to build: npm leaves them out.
    if (!there && entry.optional) continue;
    if (there?.version !== entry.version) return false;
    if (!existsSync(path.join(directory, name))) return false;
  }
  return true;
}

/** @param {string} text */
function packagesOf(text) {
  try {
    return JSON.parse(text).packages ?? {};
  } catch {
    return {};
  }
}

/**
 * @param {string} directory
 * @param {{detail: (text: string) => void, signal?: AbortSignal, env: NodeJS.ProcessEnv}} options
 */
async function install(directory, { detail, signal, env }) {
  const [command, ...first] = npmCommand();
  let packages = 0;
  const result = await run(
    command,
    // The build needs the development packages in production too. `http` tells each package.
    [...first, 'ci', '--no-audit', '--no-fund', '--include=dev', '--loglevel=http'],
    {
      cwd: directory,
      env: { ...process.env, ...env },
      signal,
      onLine: (line) => {
        if (/http (fetch|cache)/.test(line)) packages += 1;
        detail(packages > 0 ? `${packages} packages` : '');
      },
    },
  );
  if (result.code === 0) return;
  throw new SetupError(
    `npm ci failed in ${directory}. Check the network and the registry (npm config get registry), then try again.`,
    { output: errorsOf(result.output) },
  );
}

/** @param {string} output */
function errorsOf(output) {
  const lines = output.split('\n').filter((line) => !/npm http/.test(line));
  return lines.slice(-15).join('\n').trim();
}

/** Under npm its own program is known, else the one on PATH is taken. */
function npmCommand() {
  const program = process.env.npm_execpath;
  if (program && /npm-cli\.[cm]?js$/.test(program) && existsSync(program)) {
    return [process.execPath, program];
  }
  return ['npm'];
}

/** @param {string} file */
function readIfThere(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
