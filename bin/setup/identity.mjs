import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * A process is known by its pid and its start: pids are used again, so that a pid alone could
 * name a stranger. Zombies count as gone (without an init, orphans stay zombies for ever).
 * @param {number} pid
 * @returns {string | null} the start, or null when no such process runs
 */
export function processStart(pid) {
  return process.platform === 'linux' ? linuxStart(pid) : psStart(pid);
}

/**
 * @param {{pid: number, start: string | null}} identity
 * @returns {boolean}
 */
export function isRunning({ pid, start }) {
  const now = processStart(pid);
  return now !== null && now === start;
}

/** @param {number} pid */
function linuxStart(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command's name may hold spaces and parentheses: count from the last one.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z' || fields[0] === 'X') return null;
    return `${bootId()}/${fields[19]}`;
  } catch {
    return null;
  }
}

function bootId() {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return '';
  }
}

/** @param {number} pid */
function psStart(pid) {
  try {
    const text = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
    const [state, ...start] = text.split(/\s+/);
    return !state || state.startsWith('Z') ? null : start.join(' ');
  } catch {
    return null;
  }
}
