import { closeSync, openSync, readSync, renameSync, statSync } from 'node:fs';
import path from 'node:path';
import { privateDirectory } from './places.mjs';

/** A log that has grown beyond this is set aside at the next start; one older file is kept. */
const ROTATE_BYTES = 20 * 1024 * 1024;
const TAIL_BYTES = 64 * 1024;

/**
 * @param {string} dataDir
 * @param {string} name
 * @returns {string} the path of the log, set aside before if it has grown too big
 */
export function logFile(dataDir, name) {
  const file = path.join(privateDirectory(path.join(dataDir, 'logs')), `${name}.log`);
  if (sizeOf(file) > ROTATE_BYTES) renameSync(file, `${file}.1`);
  return file;
}

/**
 * @param {string} file
 * @param {number} [from] where this run's part begins
 * @param {number} [lines]
 * @returns {string} the last lines
 */
export function tail(file, from = 0, lines = 20) {
  const size = sizeOf(file);
  const start = Math.max(from, size - TAIL_BYTES);
  if (size <= start) return '';
  const buffer = Buffer.alloc(size - start);
  const fd = openSync(file, 'r');
  try {
    readSync(fd, buffer, 0, buffer.length, start);
  } finally {
    closeSync(fd);
  }
  return buffer.toString('utf8').trimEnd().split('\n').slice(-lines).join('\n');
}

/**
 * @param {string} file
 * @returns {number} 0 when there is none
 */
export function sizeOf(file) {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
