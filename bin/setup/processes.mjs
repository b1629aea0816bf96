import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { SetupError, Stopped } from './failure.mjs';
import { sizeOf, tail } from './logfiles.mjs';
import { recordPid, signalGroup } from './pidrecords.mjs';
import { ROOT } from './places.mjs';

const ONE_SHOT_GRACE_MS = 10_000;

/**
 * @typedef {{code: number | null, signal: NodeJS.Signals | null}} Ending
 * @typedef {{name: string, pid: number, log: string, logStart: number, exited: Promise<Ending>,
 *   ended: () => boolean, stopping: () => boolean, stop: (graceMs: number) => Promise<void>}} Service
 */

/**
 * Runs one command to its end. Its own process group keeps the terminal's Ctrl-C away from it:
 * the order of stopping is ours, and a stop takes its children along.
 * @param {string} command
 * @param {string[]} args
 * @param {object} [options]
 * @param {string} [options.cwd]
 * @param {NodeJS.ProcessEnv} [options.env]
 * @param {AbortSignal} [options.signal] ends it early
 * @param {NodeJS.Signals} [options.stopSignal] SIGKILL for what is deaf to SIGTERM and leaves
 *   nothing behind that matters
 * @param {string} [options.input] for its standard input
 * @param {(line: string) => void} [options.onLine] each line that it prints
 * @param {(pid: number) => () => void} [options.record]
 * @param {boolean} [options.show] prints straight to our own output instead of collecting it
 * @returns {Promise<{code: number, output: string}>}
 */
export async function run(command, args, options = {}) {
  const { cwd = ROOT, env = process.env, signal, input, onLine, record } = options;
  const { stopSignal = 'SIGTERM' } = options;
  const output = options.show ? 'inherit' : 'pipe';
  signal?.throwIfAborted();
  const child = spawn(command, args, {
    cwd,
    env,
    detached: true,
    stdio: [input === undefined ? 'ignore' : 'pipe', output, output],
  });
  const forget = child.pid ? record?.(child.pid) : undefined;
  let timer;
  const stop = () => {
    if (!child.pid) return;
    signalGroup(child.pid, stopSignal);
    timer = setTimeout(() => signalGroup(child.pid, 'SIGKILL'), ONE_SHOT_GRACE_MS);
  };
  signal?.addEventListener('abort', stop, { once: true });
  // Ended before it has read everything: its exit code tells.
  child.stdin?.on('error', () => {}).end(input);
  const printed = collect(child, onLine);
  try {
    const [code, endedBy] = await once(child, 'close');
    signal?.throwIfAborted();
    return { code: code ?? (endedBy ? 1 : 0), output: printed() };
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    throw new SetupError(`${command} was not found: install it, or put it on PATH.`);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', stop);
    forget?.();
    // Whatever it has started and left behind goes with it.
    if (child.pid) signalGroup(child.pid, 'SIGKILL');
  }
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @param {((line: string) => void) | undefined} onLine
 */
function collect(child, onLine) {
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (/** @type {string} */ chunk) => {
      text += chunk;
      const lines = chunk.split(/[\r\n]+/).filter((line) => line.trim() !== '');
      for (const line of lines) onLine?.(line.trim());
    });
  }
  return () => text;
}

/**
 * Starts a process that is to stay. Its output goes straight into its log file, so that this
 * process is not in the way of its logging and its log outlives this process.
 * @param {object} spec
 * @param {string} spec.name
 * @param {string} spec.dataDir
 * @param {string} spec.command
 * @param {string[]} spec.args
 * @param {string} spec.log
 * @param {NodeJS.ProcessEnv} [spec.env]
 * @returns {Service}
 */
export function startService({ name, dataDir, command, args, log, env = process.env }) {
  const logStart = sizeOf(log);
  const fd = openSync(log, 'a', 0o600);
  const child = spawn(command, args, { cwd: ROOT, env, detached: true, stdio: ['ignore', fd, fd] });
  closeSync(fd);
  child.on('error', () => {});
  if (!child.pid) {
    throw new SetupError(`${name} could not be started: is ${command} an executable file?`);
  }
  const forget = recordPid(dataDir, name, child.pid);
  let ended = false;
  let stopping = false;
  const exited = once(child, 'exit').then(([code, signal]) => {
    ended = true;
    forget();
    return { code, signal };
  });
  const stop = async (/** @type {number} */ graceMs) => {
    stopping = true;
    if (ended) return;
    signalGroup(child.pid, 'SIGTERM');
    const timer = setTimeout(() => signalGroup(child.pid, 'SIGKILL'), graceMs);
    await exited;
    clearTimeout(timer);
  };
  return {
    name,
    pid: child.pid,
    log,
    logStart,
    exited,
    ended: () => ended,
    stopping: () => stopping,
    stop,
  };
}

/**
 * @param {Service} service
 * @returns {Promise<never>} rejects when the service ends although nobody asked it to
 */
export async function untilCrash(service) {
  const { code, signal } = await service.exited;
  if (service.stopping()) return new Promise(() => {});
  const how = signal ? `was ended by ${signal}` : `ended with code ${code}`;
  throw new SetupError(`${service.name} ${how}. Its last lines (all of it: ${service.log}):`, {
    output: tail(service.log, service.logStart) || '(it wrote nothing)',
  });
}

/**
 * @param {AbortSignal} signal
 * @returns {Promise<never>} rejects once we are asked to stop
 */
export function untilStopped(signal) {
  return new Promise((_, reject) => {
    const stop = () => reject(signal.reason ?? new Stopped('asked to'));
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}
