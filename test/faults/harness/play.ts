import { Daemon } from '../../support/processes.js';
import { within } from '../../support/within.js';
import { broken } from '../checker/checker.js';
import { Random } from './random.js';
import type { Outcome, Scenario } from './scenario.js';

/** How long one play may take before it counts as hung. */
const SHORT_MS = 170_000;
const LONG_MS = 600_000;

/** What a loss may never excuse: goods that are not there. */
const NEVER_EXCUSED = 'oversold';

/** One play of one scenario. */
export interface Round {
  readonly name: string;
  readonly seed: number;
  readonly ms: number;
  readonly outcome: Outcome | null;
  /** What went wrong, in words; `null` when nothing did. */
  readonly failure: string | null;
}

export interface Playing {
  readonly seed: number;
  readonly short: boolean;
  readonly say: (text: string) => void;
}

/** Plays a scenario once. Never throws: what went wrong is in the round. */
export async function play(scenario: Scenario, playing: Playing): Promise<Round> {
  const { seed, short, say } = playing;
  const { name } = scenario;
  const began = performance.now();
  const done = (outcome: Outcome | null, failure: string | null): Round => {
    return { name, seed, ms: Math.round(performance.now() - began), outcome, failure };
  };
  try {
    const stage = { random: Random.of(seed, name), short, say };
    const outcome = await within(scenario.play(stage), short ? SHORT_MS : LONG_MS, name);
    return done(outcome, mistakeIn(outcome));
  } catch (error) {
    return done(null, (error as Error).stack ?? String(error));
  } finally {
    // A round that failed may have left some of its processes: they are not the next one's.
    for (const daemon of Daemon.alive) daemon.child.kill('SIGKILL');
  }
}

/** What is wrong with an outcome; `null` when every promise was kept. */
function mistakeIn({ verdict, expectedLoss = false, comparison = false }: Outcome): string | null {
  if (comparison) return null;
  const wrong = broken(verdict);
  const counts = Object.keys(wrong).filter((kind) => !expectedLoss || kind === NEVER_EXCUSED);
  if (counts.length > 0) return JSON.stringify(wrong, null, 2);
  if (verdict.acknowledged === 0) return 'nobody was acknowledged: nothing was shown';
  if (!expectedLoss && verdict.decided !== verdict.acknowledged) {
    return `${verdict.acknowledged} acknowledged, ${verdict.decided} decided`;
  }
  return null;
}

/** The one command that does it again. */
export function againBy({ name, seed }: Round): string {
  return `npm run test:faults -- --seed ${seed} --only ${name}`;
}
