/** The environment, read once and checked: every wrong variable is named at once. */

/** The scenarios and the door each of them presses at. */
export const SCENARIOS = {
  'first-sale': { door: 'http', script: 'scenarios/first-sale.yml' },
  'first-sale-socket': { door: 'socket', script: 'scenarios/first-sale-socket.yml' },
};

/** A setting or an argument that is missing or wrong: printed without a stack. */
export class SettingsError extends Error {}

/** Whole numbers from outside: [default, least, most]. */
const NUMBERS = {
  BUYERS: [2_000, 1, 200_000],
  STOCK: [100, 0, 10_000_000],
  ARRIVAL_SECONDS: [5, 0, 3_600],
  PATIENCE_SECONDS: [60, 1, 3_600],
  LEDGER_SECONDS: [30, 1, 3_600],
};

/**
 * @param {string | undefined} scenario
 * @param {Readonly<Record<string, string | undefined>>} env
 */
export function readSettings(scenario, env) {
  if (scenario === undefined || !Object.hasOwn(SCENARIOS, scenario)) {
    throw new SettingsError(`Which scenario? One of: ${Object.keys(SCENARIOS).join(', ')}`);
  }
  const wrong = [];
  const settings = {
    scenario,
    ...SCENARIOS[scenario],
    targets: readTargets(env.TARGETS, wrong),
    sessionSecret: readText('SESSION_SECRET', env, 32, wrong),
    opsToken: readText('OPS_TOKEN', env, 24, wrong),
    databaseUrl: readText('DATABASE_URL', env, 1, wrong),
    buyers: readNumber('BUYERS', env, wrong),
    stock: readNumber('STOCK', env, wrong),
    arrivalSeconds: readNumber('ARRIVAL_SECONDS', env, wrong),
    patienceSeconds: readNumber('PATIENCE_SECONDS', env, wrong),
    ledgerSeconds: readNumber('LEDGER_SECONDS', env, wrong),
  };
  if (wrong.length > 0) throw new SettingsError(wrong.join('\n'));
  return settings;
}

function readTargets(text, wrong) {
  const targets = (text ?? '').split(',').map((part) => part.trim().replace(/\/+$/, ''));
  const bad = targets.filter((target) => !/^https?:\/\/[^/\s]+$/.test(target));
  if (bad.length > 0) wrong.push('TARGETS must be gateway URLs such as http://127.0.0.1:3000,…');
  return targets;
}

function readText(name, env, leastBytes, wrong) {
  const text = env[name] ?? '';
  if (Buffer.byteLength(text, 'utf8') < leastBytes) {
    wrong.push(`${name} must be set, with at least ${leastBytes} bytes`);
  }
  return text;
}

function readNumber(name, env, wrong) {
  const [preset, least, most] = NUMBERS[name];
  const text = env[name];
  if (text === undefined || text === '') return preset;
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= least && value <= most)) {
    wrong.push(`${name} must be a whole number from ${least} to ${most}`);
  }
  return value;
}
