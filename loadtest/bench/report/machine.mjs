import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ROOT } from '../../../bin/setup/places.mjs';
import { RESOLUTION } from '../cpu.mjs';

const PACKAGES = ['express', 'bullmq', 'ioredis', 'mysql2', 'socket.io', 'redis-semaphore'];

/** On what the figures were taken. @param {import('../world.mjs').World} world */
export async function describeMachine(world) {
  const info = await world.redis.info('server');
  const [{ version }] = await world.rows('SELECT VERSION() AS version');
  const [, fsync] = await world.redis.config('GET', 'appendfsync');
  return {
    at: new Date().toISOString(),
    commit: commit(),
    cpu: os.cpus()[0]?.model ?? 'unknown',
    cores: os.availableParallelism(),
    memoryGiB: Math.round(os.totalmem() / 2 ** 30),
    loadAverage: os.loadavg().map((load) => Number(load.toFixed(2))),
    system: `${os.type()} ${os.release()}`,
    node: process.version,
    redis: /redis_version:(\S+)/.exec(info)?.[1],
    appendfsync: fsync,
    database: version,
    packages: Object.fromEntries(PACKAGES.map((name) => [name, versionOf(name)])),
    resolution: RESOLUTION,
  };
}

/** @param {Awaited<ReturnType<typeof describeMachine>>} machine */
export function inOneLine({ cpu, cores, memoryGiB, node, redis, database, commit: hash }) {
  return `${cpu}, ${cores} cores, ${memoryGiB} GiB; Node ${node}, Redis ${redis}, ${database}; ${hash ?? 'no commit'}`;
}

function commit() {
  try {
    const git = (...args) => execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' }).trim();
    const changed = git('status', '--porcelain', '--untracked-files=no') !== '';
    return `${git('rev-parse', '--short', 'HEAD')}${changed ? ' with changes' : ''}`;
  } catch {
    return null;
  }
}

function versionOf(name) {
  const file = path.join(ROOT, 'node_modules', name, 'package.json');
  return JSON.parse(readFileSync(file, 'utf8')).version;
}
