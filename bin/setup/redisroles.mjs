import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from './places.mjs';

/** @typedef {{admin: string, gateway: string, worker: string}} RolePasswords */

const RULES = path.join(ROOT, 'docker', 'redis-roles.conf');

/**
 * The users of a Redis of ours, as lines of its configuration: the very rules that the composition
 * has, with hashes in the place of passwords.
 * @param {RolePasswords} passwords
 * @returns {string[]}
 */
export function roleRules(passwords) {
  return readFileSync(RULES, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('user '))
    .map((line) => line.replace(/<(\w+)>/, (_, role) => sha256(passwords[role])));
}

/** @param {string} text */
function sha256(text) {
  return createHash('sha256').update(text).digest('hex');
}
