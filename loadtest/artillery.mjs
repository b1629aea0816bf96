import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const HERE = path.dirname(fileURLToPath(import.meta.url));

/** Time that artillery may take beyond arrivals and patience: to start and to end. */
const SLACK_SECONDS = 60;
/** And to connect, at 400 a second when the door is a socket, and to look back, at 1,000. */
const SLACK_SECONDS_PER_BUYER = 1 / 400 + 1 / 1_000;

/** What the child must not see: it needs no secret but the buyers' own tokens. */
const WITHHELD =
  /^(SESSION_SECRET|OPS_TOKENS?|DATABASE_URL|REDIS_URL|NODE_OPTIONS|WORKERS|ARTILLERY_.*)$/;

/**
 * Runs the scenario to its end.
 * @returns {Promise<string | null>} why it did not end well, or `null`
 */
export function runArtillery(settings, files, { sale, goods }) {
  const child = spawn(process.execPath, argumentsFor(settings), {
    cwd: HERE,
    env: environmentFor(settings, files, sale, goods),
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const slack = SLACK_SECONDS + settings.buyers * SLACK_SECONDS_PER_BUYER;
  const limit = settings.arrivalSeconds + settings.patienceSeconds + slack;
  const timer = setTimeout(() => child.kill('SIGKILL'), limit * 1000);
  // Ctrl-C reaches the child by itself; a signal sent to this process alone has to be passed on.
  const forward = (signal) => child.kill(signal);
  process.on('SIGINT', forward).on('SIGTERM', forward);
  return new Promise((resolve) => {
    const done = (problem) => {
      clearTimeout(timer);
      process.off('SIGINT', forward).off('SIGTERM', forward);
      resolve(problem);
    };
    child.once('error', (error) => done(error.message));
    child.once('exit', (code, signal) => done(code === 0 ? null : `ended with ${signal ?? code}`));
  });
}

function argumentsFor({ script, targets, buyers }) {
  // An arrivalCount phase runs in one artillery worker, so one clock stamps every diary line.
  const phases = [{ name: 'the crowd gathers', duration: 1, arrivalCount: buyers }];
  const overrides = JSON.stringify({ config: { phases } });
  const bin = createRequire(import.meta.url).resolve('artillery/bin/run');
  const quiet = path.join(HERE, 'quiet.cjs');
  const run = ['run', '--quiet', '--target', targets[0], '--overrides', overrides, script];
  return ['--require', quiet, bin, ...run];
}

function environmentFor(settings, files, sale, goods) {
  const kept = Object.entries(process.env).filter(([name]) => !WITHHELD.test(name));
  return {
    ...Object.fromEntries(kept),
    ARTILLERY_DISABLE_TELEMETRY: 'true',
    CROWD_FILE: files.crowd,
    DIARY_FILE: files.diary,
    SALE_ID: sale.id,
    GOODS: goods.map(({ id }) => id).join(','),
    TARGETS: settings.targets.join(','),
    ARRIVAL_SECONDS: String(settings.arrivalSeconds),
    PATIENCE_SECONDS: String(settings.patienceSeconds),
  };
}
