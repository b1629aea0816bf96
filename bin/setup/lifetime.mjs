import { readFileSync } from 'node:fs';
import { describeFailure, isStop, Stopped } from './failure.mjs';

const LOOK_AT_PARENT_MS = 1000;
/** Ctrl-C in a terminal reaches us twice (once passed on by npm): the second is no new wish. */
const SAME_WISH_MS = 1500;

/**
 * Turns everything that means "stop" into one abort signal: Ctrl-C, SIGTERM, a closed terminal,
 * or the death of the npm that started us.
 * @param {(line: string) => void} say
 * @returns {AbortSignal}
 */
export function listenForStop(say) {
  const stopping = new AbortController();
  let askedAt = 0;
  const ask = (/** @type {string} */ reason) => {
    if (!stopping.signal.aborted) {
      askedAt = Date.now();
      stopping.abort(new Stopped(reason));
    } else if (Date.now() - askedAt > SAME_WISH_MS) {
      say('  ...   still stopping; what does not end by itself is killed soon');
    }
  };
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => ask(signal));
  }
  watchParents(() => ask('npm, which started this, is gone'));
  return stopping.signal;
}

/**
 * `kill -9` of npm tells its child nothing, so look. Only under npm: a launcher started by hand
 * with `&` may well outlive its shell.
 * @param {() => void} gone
 */
function watchParents(gone) {
  if (!process.env.npm_lifecycle_event) return;
  const parent = process.ppid;
  // npm runs scripts through a shell, which stays alive when npm is killed: look one up as well.
  const grandparent = parentOf(parent);
  const timer = setInterval(() => {
    if (process.ppid === parent && parentOf(parent) === grandparent) return;
    clearInterval(timer);
    gone();
  }, LOOK_AT_PARENT_MS);
  timer.unref();
}

/**
 * @param {number} pid
 * @returns {string | null} null where /proc does not tell
 */
function parentOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return isShell(stat) ? (fields[1] ?? null) : null;
  } catch {
    return null;
  }
}

/** @param {string} stat a line of /proc/PID/stat */
function isShell(stat) {
  return /\((sh|dash|bash|ash|zsh)\)/.test(stat);
}

/**
 * Runs the work of a command; then undoes, last first, what it has set up, whatever happened.
 * @param {() => Promise<unknown>} work
 * @param {{undo: (() => unknown)[], progress: import('./progress.mjs').Progress}} options
 * @returns {Promise<boolean>} whether nothing failed; being asked to stop is no failure
 */
export async function runThenUndo(work, { undo, progress }) {
  let wentWell = true;
  for (let step = work; step; step = undo.pop()) {
    try {
      await step();
    } catch (error) {
      if (isStop(error)) continue;
      wentWell = false;
      progress.line(`\n${describeFailure(error)}\n`);
    }
  }
  return wentWell;
}
