import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import path from 'node:path';
import { SetupError } from './failure.mjs';
import { recordPid } from './pidrecords.mjs';
import { privateDirectory } from './places.mjs';
import { run } from './processes.mjs';
import { findProgram } from './programs.mjs';
import { writePrivately } from './secrets.mjs';

/**
 * Makes the database's files once. A mark tells that this was finished: what a stopped attempt
 * has left is made anew.
 * @param {object} options
 * @param {string} options.program
 * @param {string} options.dataDir
 * @param {AbortSignal} [options.signal]
 * @returns {Promise<string>} the data directory
 */
export async function ensureDataDirectory({ program, dataDir, signal }) {
  const data = path.join(dataDir, 'mysql');
  const mark = path.join(dataDir, 'mysql-made-by.json');
  const kind = kindOf(program);
  const madeBy = readMark(mark);
  if (madeBy === kind) return data;
  if (madeBy) {
    throw new SetupError(
      `${data} was made by ${madeBy}, but ${program} is ${kind}, which can't read it. Install ${madeBy} again, or delete ${data} and ${mark} to begin with an empty database.`,
    );
  }
  rmSync(data, { recursive: true, force: true });
  privateDirectory(data);
  const { command, args, input } = initialiser(kind, program, data);
  const { code, output } = await run(command, args, {
    signal,
    stopSignal: 'SIGKILL',
    input,
    record: (pid) => recordPid(dataDir, 'mysql-setup', pid),
  });
  if (code !== 0) {
    throw new SetupError(
      `The database's files could not be made in ${data}. Mend what is said below, or set DATABASE_URL to a server that runs.`,
      { output: output.trimEnd().split('\n').slice(-12).join('\n') },
    );
  }
  writePrivately(mark, { kind });
  return data;
}

/**
 * @param {'MariaDB' | 'MySQL'} kind
 * @param {string} program
 * @param {string} data
 * @returns {{command: string, args: string[], input?: string}}
 */
function initialiser(kind, program, data) {
  const common = ['--no-defaults', `--datadir=${data}`];
  // Both refuse to run as root unless told so.
  if (process.getuid?.() === 0) common.push('--user=root');
  if (kind === 'MySQL') return { command: program, args: [...common, '--initialize-insecure'] };
  const input = systemTables(program);
  if (input) {
    const sizes = ['--max-allowed-packet=8M', '--net-buffer-length=16K'];
    return { command: program, args: [...common, ...sizes, '--bootstrap'], input };
  }
  const script = findProgram(['mariadb-install-db', 'mysql_install_db']);
  if (!script) {
    throw new SetupError(
      `mariadb-install-db was not found beside ${program}. Install the whole server package (apt-get install mariadb-server-core, brew install mariadb), or set DATABASE_URL.`,
    );
  }
  const root = '--auth-root-authentication-method=normal';
  return { command: script, args: [...common, root, '--skip-test-db', '--skip-name-resolve'] };
}

/**
 * mariadb-install-db is a script around these files. Done by hand where they lie in a usual place:
 * Debian's server-core lacks a program that the script needs (my_print_defaults), as root the
 * script changes files of the system, and this way no account without a password comes into being.
 * @param {string} program
 * @returns {string | null}
 */
function systemTables(program) {
  const prefix = path.resolve(path.dirname(realpathSync(program)), '..');
  for (const share of ['share/mysql', 'share/mariadb']) {
    for (const name of ['mariadb', 'mysql']) {
      const files = ['system_tables', 'performance_tables'].map((part) =>
        path.join(prefix, share, `${name}_${part}.sql`),
      );
      if (!files.every((file) => existsSync(file))) continue;
      const tables = files.map((file) => readFileSync(file, 'utf8'));
      return ['CREATE DATABASE mysql;', 'USE mysql;', ...tables].join('\n');
    }
  }
  return null;
}

/**
 * @param {string} program
 * @returns {'MariaDB' | 'MySQL'} `mysqld` may be either
 */
function kindOf(program) {
  const version = execFileSync(program, ['--version'], { encoding: 'utf8' });
  return version.includes('MariaDB') ? 'MariaDB' : 'MySQL';
}

/** @param {string} file */
function readMark(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).kind;
  } catch {
    return null;
  }
}
