import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/**
 * CPU time that processes have used so far. On Linux from the scheduler itself, in nanoseconds a
 * thread; a thread that ended in between takes its figure with it, and then the process's own count
 * is used, in ticks of 10 ms. Elsewhere from `ps`, in hundredths of a second.
 */

/** Linux counts in hundredths of a second whatever the kernel's own tick is (USER_HZ). */
const TICK_US = 10_000;

export const RESOLUTION =
  process.platform === 'linux'
    ? 'CPU time from /proc/PID/task/*/schedstat, in nanoseconds'
    : 'CPU time from ps, in hundredths of a second';

/**
 * @typedef {{threads: Map<string, number>, totalUs: number}} CpuReading `threads`: microseconds of
 *   each, none where the system does not tell
 * @param {number} pid
 * @returns {CpuReading}
 */
export function readCpu(pid) {
  if (process.platform !== 'linux') return { threads: new Map(), totalUs: readByPs(pid) };
  return { threads: readThreads(pid), totalUs: readTicks(pid) };
}

/** @param {CpuReading} before @param {CpuReading} after @returns {number} microseconds */
export function cpuBetween(before, after) {
  const ended = [...before.threads.keys()].some((thread) => !after.threads.has(thread));
  if (ended || after.threads.size === 0) return after.totalUs - before.totalUs;
  let sum = 0;
  for (const [thread, us] of after.threads) sum += us - (before.threads.get(thread) ?? 0);
  return sum;
}

/** @param {Record<string, number>} pids by name */
export function readAll(pids) {
  return Object.fromEntries(Object.entries(pids).map(([name, pid]) => [name, readCpu(pid)]));
}

/** @param {Record<string, CpuReading>} before @param {Record<string, CpuReading>} after */
export function allBetween(before, after) {
  const names = Object.keys(before);
  return Object.fromEntries(names.map((name) => [name, cpuBetween(before[name], after[name])]));
}

/** @param {number} pid */
function readThreads(pid) {
  const threads = new Map();
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    try {
      const line = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8');
      threads.set(thread, Number(line.split(' ')[0]) / 1000);
    } catch {
      // Ended between the two looks, or a kernel without the figure: the ticks tell.
    }
  }
  return threads;
}

/** @param {number} pid @returns {number} microseconds */
function readTicks(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_US;
}

/** @param {number} pid @returns {number} microseconds */
function readByPs(pid) {
  const text = execFileSync('ps', ['-o', 'cputime=', '-p', String(pid)], { encoding: 'utf8' });
  return secondsOf(text.trim()) * 1_000_000;
}

/** @param {string} text such as `1-02:03:04`, `02:03:04` or `3:04.56` */
export function secondsOf(text) {
  const [days, clock] = text.includes('-') ? text.split('-') : ['0', text];
  const parts = clock.split(':').map(Number);
  return Number(days) * 86_400 + parts.reduce((sum, part) => sum * 60 + part, 0);
}

/** @param {number} pid @returns {number | null} resident bytes, `null` where /proc does not tell */
export function residentBytes(pid) {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) * 1024;
  } catch {
    return null;
  }
}
