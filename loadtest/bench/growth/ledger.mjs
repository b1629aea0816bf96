import { measureLane } from './lane.mjs';

const ATTEMPTS = [10_000, 50_000, 100_000, 200_000];
const QUICK_ATTEMPTS = [10_000, 50_000];

/** How far the ledger falls behind one lane at full speed, and how fast it writes. */
export async function growLedger({ world, quick, say }) {
  const points = [];
  for (const laneAttempts of quick ? QUICK_ATTEMPTS : ATTEMPTS) {
    const figures = await measureLane({ world, laneAttempts });
    const { attempts, decidedPerSecond, ledgerRowsPerSecond, drainMs } = figures;
    points.push({ attempts, decidedPerSecond, ledgerRowsPerSecond, drainMs });
    say(
      `  ${attempts} attempts: the ledger had all ${Math.round(drainMs)} ms after the last decision`,
    );
  }
  return {
    title: 'Decisions and ledger rows a second of one lane without a door',
    x: 'attempts in a row',
    unit: 'a second',
    series: { decidedPerSecond: 'decided', ledgerRowsPerSecond: 'rows in the ledger' },
    points,
  };
}
