import { parseArgs } from 'node:util';
import type { Scenario } from './scenario.js';

export interface Options {
  readonly seed: number;
  /** How long to go on; every scenario is played once in any case. */
  readonly minutes: number;
  readonly wanted: readonly Scenario[];
  readonly list: boolean;
  /** Where all figures go; named by the launcher. */
  readonly file: string | null;
}

/** Reads the command line; ends the process with a word about what is wrong with it. */
export function readOptions(args: readonly string[], scenarios: readonly Scenario[]): Options {
  try {
    return parse(args, scenarios);
  } catch (error) {
    console.error((error as Error).message);
    process.exit(1);
  }
}

function parse(args: readonly string[], scenarios: readonly Scenario[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: { type: 'string' },
      minutes: { type: 'string', default: '0' },
      only: { type: 'string' },
      list: { type: 'boolean', default: false },
    },
  });
  const seed = values.seed === undefined ? Math.floor(Math.random() * 1e6) : Number(values.seed);
  const minutes = Number(values.minutes);
  if (!Number.isInteger(seed) || seed < 0) throw new Error('--seed is an integer from 0');
  if (!(minutes >= 0)) throw new Error('--minutes is a number from 0');
  const directory = process.env.FIGURES_DIR;
  return {
    seed,
    minutes,
    wanted: values.only === undefined ? scenarios : named(values.only.split(','), scenarios),
    list: values.list,
    file: directory ? `${directory}/faults-${seed}.json` : null,
  };
}

function named(names: readonly string[], scenarios: readonly Scenario[]): Scenario[] {
  return names.map((name) => {
    const found = scenarios.find((scenario) => scenario.name === name);
    if (!found) throw new Error(`no scenario ${name}: see --list`);
    return found;
  });
}
