import { randomBytes } from 'node:crypto';
import { chmodSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { SetupError } from './failure.mjs';
import { privateDirectory } from './places.mjs';

/**
 * @typedef {{sessionSecret: string, opsToken: string, databasePassword: string,
 *   redisPassword: string, redisGatewayPassword: string, redisWorkerPassword: string}} Secrets
 */

/**
 * Random secrets of this checkout, made once and kept for its owner's eyes alone.
 * @param {string} dataDir
 * @returns {Secrets}
 */
export function ownSecrets(dataDir) {
  const file = path.join(privateDirectory(dataDir), 'secrets.json');
  const kept = readKept(file);
  const secrets = {
    sessionSecret: kept.sessionSecret ?? random(),
    opsToken: kept.opsToken ?? random(),
    databasePassword: kept.databasePassword ?? random(),
    redisPassword: kept.redisPassword ?? random(),
    redisGatewayPassword: kept.redisGatewayPassword ?? random(),
    redisWorkerPassword: kept.redisWorkerPassword ?? random(),
  };
  writePrivately(file, secrets);
  return secrets;
}

/**
 * @param {string} file
 * @param {unknown} value
 */
export function writePrivately(file, value) {
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
  chmodSync(draft, 0o600);
  renameSync(draft, file);
}

/**
 * @param {string} file
 * @returns {Partial<Secrets>}
 */
function readKept(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return {};
    // Never make new ones silently: the database kept beside it knows the old password.
    throw new SetupError(
      `${file} can't be read. Mend it or its permissions; to begin anew, delete ${path.dirname(file)} with all its data.`,
      { cause: error },
    );
  }
}

function random() {
  return randomBytes(32).toString('base64url');
}
