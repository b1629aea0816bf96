import { writeFileSync } from 'node:fs';
import { availableParallelism, cpus, release, totalmem, type } from 'node:os';
import { againBy, type Round } from './play.js';
import { tableOf } from './table.js';
import { tallyOf } from './tally.js';

/** Where the figures were taken, as far as it bears on them. */
function machine(): string {
  const model = cpus()[0]?.model.trim() || 'unknown';
  const gigabytes = Math.round(totalmem() / 2 ** 30);
  const cores = `${availableParallelism()} cores (${model})`;
  return `${cores}, ${gigabytes} GB, ${type()} ${release()}, Node ${process.versions.node}`;
}

/** Prints what a run has shown and writes it down; answers whether every round was good. */
export function conclude(rounds: readonly Round[], seed: number, file: string | null): boolean {
  const names = [...new Set(rounds.map(({ name }) => name))].sort();
  const tallies = names.map((name) =>
    tallyOf(
      name,
      rounds.filter((round) => round.name === name),
    ),
  );
  console.log(`\nseed ${seed}, ${machine()}\n\n${tableOf(tallies)}\n`);
  for (const { name, notes } of tallies) for (const note of notes) console.log(`${name}: ${note}`);
  const failed = rounds.filter(({ failure }) => failure !== null);
  for (const round of failed) console.log(`failed: ${againBy(round)}`);
  if (file) {
    const figures = { seed, machine: machine(), tallies, rounds };
    writeFileSync(file, `${JSON.stringify(figures, null, 2)}\n`);
    console.log(`all figures: ${file}`);
  }
  console.log(`${rounds.length - failed.length} rounds passed, ${failed.length} failed`);
  return rounds.length > 0 && failed.length === 0;
}
