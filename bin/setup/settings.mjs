import { SetupError } from './failure.mjs';
import { ownSecrets } from './secrets.mjs';

const MAX_PORT = 65_535;

/**
 * @typedef {{port: number, host: string, sessionSecret: string, opsToken: string,
 *   url: string}} Settings
 */

/**
 * What the launcher itself must know; the gateway and the worker read and check all the rest.
 * @param {string} dataDir
 * @returns {Settings}
 */
export function readSettings(dataDir) {
  const port = readPort(process.env.PORT || '3000');
  const host = process.env.HOST || '127.0.0.1';
  const given = { sessionSecret: process.env.SESSION_SECRET, opsToken: firstOpsToken() };
  if (process.env.NODE_ENV === 'production') requireGiven(given);
  const own = given.sessionSecret && given.opsToken ? given : ownSecrets(dataDir);
  return {
    port,
    host,
    sessionSecret: given.sessionSecret || own.sessionSecret,
    opsToken: given.opsToken || own.opsToken,
    url: `http://${reachable(host)}:${port}`,
  };
}

/**
 * @param {Settings} settings
 * @param {{redisRoles: {gateway: string, worker: string}, databaseUrl: string}} servers
 * @param {'gateway' | 'worker'} role
 * @returns {NodeJS.ProcessEnv} of one process, with the rights of its role alone
 */
export function childEnvironment(settings, { redisRoles, databaseUrl }, role) {
  return {
    ...process.env,
    PORT: String(settings.port),
    HOST: settings.host,
    REDIS_URL: redisRoles[role],
    DATABASE_URL: databaseUrl,
    SESSION_SECRET: settings.sessionSecret,
    ...(process.env.OPS_TOKENS ? {} : { OPS_TOKEN: settings.opsToken }),
    RATE_LIMIT: process.env.RATE_LIMIT || 'off',
  };
}

/** @param {string} text */
function readPort(text) {
  const port = Number(text);
  if (/^\d+$/.test(text) && port >= 1 && port <= MAX_PORT) return port;
  throw new SetupError(`PORT=${text} is no port. Set a number from 1 to ${MAX_PORT}: PORT=3000`);
}

/** @returns {string | undefined} of `OPS_TOKENS=name:token,…` the first, else `OPS_TOKEN` */
export function firstOpsToken() {
  const first = process.env.OPS_TOKENS?.split(',')[0]?.trim();
  return first ? first.slice(first.indexOf(':') + 1) : process.env.OPS_TOKEN;
}

/** @param {{sessionSecret: string | undefined, opsToken: string | undefined}} given */
function requireGiven({ sessionSecret, opsToken }) {
  const missing = [];
  if (!sessionSecret) missing.push('SESSION_SECRET (32 bytes or more)');
  if (!opsToken) missing.push('OPS_TOKENS or OPS_TOKEN (24 characters or more)');
  if (missing.length === 0) return;
  throw new SetupError(
    `NODE_ENV=production has no default secrets. Set ${missing.join(' and ')}, for example from: openssl rand -base64 32`,
  );
}

/** @param {string} host that the gateway listens on */
function reachable(host) {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}
