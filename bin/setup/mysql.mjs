import { createHash } from 'node:crypto';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { SetupError } from './failure.mjs';
import { logFile, tail } from './logfiles.mjs';
import { ensureDataDirectory } from './mysqldata.mjs';
import { privateDirectory } from './places.mjs';
import { freePort } from './ports.mjs';
import { startService } from './processes.mjs';

/** Recovery after a crash takes time; more than this means that something is wrong. */
const READY_MS = 180_000;
const LOOK_AGAIN_MS = 25;
const PORT_TRIES = 3;
const STOP_MS = 60_000;
/** sun_path holds 107 bytes on Linux, 103 on macOS. */
const SOCKET_PATH_BYTES = 100;

export const DATABASE = 'dropgate';
const USER = 'dropgate';

/**
 * Starts a MariaDB or MySQL of our own, for this user's programs alone.
 * @param {object} options
 * @param {string} options.program
 * @param {string} options.dataDir
 * @param {string} options.password of the one user that may come in by TCP
 * @param {AbortSignal} [options.signal]
 * @returns {Promise<import('./redis.mjs').RunningStore>}
 */
export async function startMysql({ program, dataDir, password, signal }) {
  const data = await ensureDataDirectory({ program, dataDir, signal });
  const files = {
    data,
    socket: socketPath(dataDir),
    tmp: privateDirectory(path.join(dataDir, 'mysql-tmp')),
    init: path.join(dataDir, 'mysql-init.sql'),
    pid: path.join(dataDir, 'mysql.pid'),
  };
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort();
    writeFileSync(files.init, initStatements(password), { mode: 0o600 });
    const log = logFile(dataDir, 'mysql');
    const args = serverArguments(files, port);
    const service = startService({ name: 'mysql', dataDir, command: program, args, log });
    const stop = () => service.stop(STOP_MS);
    try {
      await untilReady(service, files.socket, signal);
      return { url: `mysql://${USER}:${password}@127.0.0.1:${port}/${DATABASE}`, service, stop };
    } catch (error) {
      await stop();
      const portTaken = /Address already in use|Can't start server: Bind/.test(
        tail(log, service.logStart, 100),
      );
      if (!portTaken || attempt === PORT_TRIES) throw error;
    } finally {
      // It holds the password.
      rmSync(files.init, { force: true });
    }
  }
}

/**
 * @param {{data: string, socket: string, tmp: string, init: string, pid: string}} files
 * @param {number} port
 */
function serverArguments(files, port) {
  return [
    '--no-defaults',
    `--datadir=${files.data}`,
    `--socket=${files.socket}`,
    `--pid-file=${files.pid}`,
    `--tmpdir=${files.tmp}`,
    `--init-file=${files.init}`,
    `--port=${port}`,
    '--bind-address=127.0.0.1',
    '--skip-name-resolve',
    '--character-set-server=utf8mb4',
    '--collation-server=utf8mb4_unicode_ci',
    '--innodb-flush-log-at-trx-commit=1',
    '--innodb-buffer-pool-size=128M',
    '--key-buffer-size=8M',
    '--performance-schema=OFF',
    '--skip-log-bin',
    // `loose`: only one of the two, MariaDB or MySQL, knows it.
    '--loose-aria-pagecache-buffer-size=8M',
    '--loose-mysqlx=OFF',
    // It refuses to run as root unless told so.
    ...(process.getuid?.() === 0 ? ['--user=root'] : []),
  ];
}

/**
 * Run by the server itself before it lets anyone in: no client program is needed. One line each.
 * root keeps its empty password, but comes in by the socket of this private directory only.
 * @param {string} password
 */
function initStatements(password) {
  const user = `'${USER}'@'127.0.0.1'`;
  const strangers = ["'root'@'127.0.0.1'", "'root'@'::1'", `'root'@'${os.hostname()}'`];
  strangers.push("''@'localhost'", `''@'${os.hostname()}'`);
  return [
    ...strangers.map((stranger) => `DROP USER IF EXISTS ${stranger};`),
    `CREATE DATABASE IF NOT EXISTS ${DATABASE} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;`,
    `CREATE USER IF NOT EXISTS ${user} IDENTIFIED BY '${password}';`,
    `ALTER USER ${user} IDENTIFIED BY '${password}';`,
    `GRANT ALL PRIVILEGES ON *.* TO ${user} WITH GRANT OPTION;`,
    '',
  ].join('\n');
}

/** @param {string} dataDir */
function socketPath(dataDir) {
  const file = path.join(dataDir, 'mysql.sock');
  if (Buffer.byteLength(file) <= SOCKET_PATH_BYTES) return file;
  const short = createHash('sha256').update(dataDir).digest('hex').slice(0, 12);
  const user = process.getuid?.() ?? 0;
  return path.join(privateDirectory(path.join(os.tmpdir(), `dropgate-${user}-${short}`)), 's');
}

/**
 * @param {import('./processes.mjs').Service} service
 * @param {string} socket
 * @param {AbortSignal | undefined} signal
 */
async function untilReady(service, socket, signal) {
  const deadline = Date.now() + READY_MS;
  while (!(await greets(socket))) {
    if (service.ended() || Date.now() > deadline) {
      throw new SetupError(
        `The database did not start. Mend what its log says (${service.log}), or set DATABASE_URL to a server that runs.`,
        { output: tail(service.log, service.logStart, 10) },
      );
    }
    await pause(LOOK_AGAIN_MS, undefined, { signal });
  }
}

/**
 * Ready is when it greets with protocol 10. Our own socket, not the port: no other server can
 * answer there.
 * @param {string} file
 * @returns {Promise<boolean>}
 */
function greets(file) {
  return new Promise((resolve) => {
    if (!existsSync(file)) return resolve(false);
    const socket = net.connect(file);
    let greeted = false;
    socket.setTimeout(1000, () => socket.destroy());
    socket.on('data', (packet) => {
      greeted = packet[4] === 10;
      socket.end();
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(greeted));
  });
}
