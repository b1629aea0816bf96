/** The environment, read once and checked: every wrong variable is named at once. */

/** Holds outlast the run, so that a unit which was held once stays held until the verdict. */
const FIRST_SALE = { life: 'first', holdSeconds: 600, standby: false, goods: 0 };

/** Holds end within the run; all who come may stand by; and there are ordinary goods. */
const WHOLE_LIFE = { life: 'whole', holdSeconds: 5, standby: true, goods: 3 };

/** The scenarios, the door each of them presses at, and what it sells. */
export const SCENARIOS = {
  'first-sale': { door: 'http', script: 'scenarios/first-sale.yml', ...FIRST_SALE },
  'first-sale-socket': { door: 'socket', script: 'scenarios/first-sale-socket.yml', ...FIRST_SALE },
  'whole-life': { door: 'http', script: 'scenarios/whole-life.yml', ...WHOLE_LIFE },
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

/** Where a scenario differs: a place in standby for each buyer, and time to wait for it. */
const NUMBERS_OF = {
  'whole-life': { BUYERS: [1_000, 1, 100_000], PATIENCE_SECONDS: [120, 1, 3_600] },
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
  const numbers = { ...NUMBERS, ...NUMBERS_OF[scenario] };
  const number = (name) => readNumber(name, numbers[name], env, wrong);
  const settings = {
    scenario,
    ...SCENARIOS[scenario],
    targets: readTargets(env.TARGETS, wrong),
    sessionSecret: readText('SESSION_SECRET', env, 32, wrong),
    opsToken: readText('OPS_TOKEN', env, 24, wrong),
    databaseUrl: readText('DATABASE_URL', env, 1, wrong),
    buyers: number('BUYERS'),
    stock: number('STOCK'),
    arrivalSeconds: number('ARRIVAL_SECONDS'),
    patienceSeconds: number('PATIENCE_SECONDS'),
    ledgerSeconds: number('LEDGER_SECONDS'),
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

function readNumber(name, [preset, least, most], env, wrong) {
  const text = env[name];
  if (text === undefined || text === '') return preset;
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= least && value <= most)) {
    wrong.push(`${name} must be a whole number from ${least} to ${most}`);
  }
  return value;
}
