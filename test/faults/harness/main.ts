import { Daemon } from '../../support/processes.js';
import { readOptions } from './options.js';
import { plan } from './plan.js';
import { againBy, play, type Round } from './play.js';
import { conclude } from './report.js';
import type { Scenario } from './scenario.js';
import { scenarios } from './scenarios/index.js';

const MINUTE = 60_000;

/** Plays scenarios until each was played once and the time is over. */
async function playAll(wanted: readonly Scenario[], seed: number, minutes: number): Promise<void> {
  const end = performance.now() + minutes * MINUTE;
  for (const next of plan(wanted, seed)) {
    if (rounds.length >= wanted.length && performance.now() >= end) return;
    console.log(`\n${next.scenario.name} (seed ${next.seed}): ${next.scenario.what}`);
    const round = await play(next.scenario, { seed: next.seed, short: false, say });
    rounds.push(round);
    report(round);
  }
}

function say(text: string): void {
  console.log(`  ${text}`);
}

function report(round: Round): void {
  const { outcome, failure, ms } = round;
  if (outcome) {
    const { acknowledged, presses } = outcome.verdict;
    say(`${presses} presses, ${acknowledged} acknowledged, ${Math.round(ms / 1000)} s`);
  }
  if (failure !== null) say(`FAILED: ${failure}\n  Once more: ${againBy(round)}`);
}

/** What this machine can play; what it cannot is said. */
function playable(wanted: readonly Scenario[]): Scenario[] {
  return wanted.filter(({ name, missing }) => {
    const lack = missing?.() ?? null;
    if (lack !== null) console.log(`left out: ${name}: ${lack}`);
    return lack === null;
  });
}

const rounds: Round[] = [];
const { seed, minutes, wanted, list, file } = readOptions(process.argv.slice(2), scenarios);
if (list) {
  for (const { name, what } of scenarios) console.log(`${name}: ${what}`);
  process.exit(0);
}
process.once('SIGTERM', () => {
  for (const daemon of Daemon.alive) daemon.child.kill('SIGKILL');
  console.log('\nstopped before the end');
  conclude(rounds, seed, file);
  process.exit(1);
});
await playAll(playable(wanted), seed, minutes);
process.exit(conclude(rounds, seed, file) ? 0 : 1);
