import type { RedisClient } from '../../core/redis.js';

export type Role = 'gateway' | 'worker';

const URLS: Readonly<Record<Role, string | undefined>> = {
  gateway: process.env.GATEWAY_REDIS_URL,
  worker: process.env.WORKER_REDIS_URL,
};

/** Whether this Redis knows the roles: `npm test` sets its private one up so. */
export function hasRoles(): boolean {
  return Object.values(URLS).every((url) => url !== undefined && new URL(url).username !== '');
}

/**
 * The administrator's way to Redis with the rights of one role instead. As it was: on a Redis
 * without roles, and for a test that has put other credentials in.
 */
export function asRole(role: Role, redisUrl: string): string {
  const own = URLS[role];
  // A cluster that a test has started has whatever users the test gave it.
  if (!hasRoles() || own === undefined || redisUrl.includes(',')) return redisUrl;
  const url = new URL(redisUrl);
  if (url.password !== new URL(process.env.REDIS_URL as string).password) return redisUrl;
  url.username = new URL(own).username;
  url.password = new URL(own).password;
  return url.href;
}

/** What Redis has refused to the roles since the log was last emptied: `user: command`. */
export async function refusals(redis: RedisClient): Promise<string[]> {
  if (!hasRoles()) return [];
  const log = (await redis.call('ACL', 'LOG', '128')) as unknown[][];
  const entries = log.map((flat) => {
    const at = (name: string) => String(flat[flat.indexOf(name) + 1]);
    return `${at('username')}: ${at('object')} (${at('reason')}, ${at('context')})`;
  });
  return entries.filter((entry) => /^(gateway|worker): /.test(entry));
}

export async function forgetRefusals(redis: RedisClient): Promise<void> {
  if (hasRoles()) await redis.call('ACL', 'LOG', 'RESET');
}
