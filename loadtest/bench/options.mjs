import { parseArgs } from 'node:util';
import { CONTENDERS } from './contenders/index.mjs';

export const USAGE = `Measures what an attempt costs, side by side with other ways to sell.
  npm run bench                      all contenders, 3 rounds: about 25 minutes
  npm run bench -- --quick           fewer attempts, 2 rounds: under 5 minutes
  npm run bench -- --only a,b        some of: ${CONTENDERS.map(({ name }) => name).join(', ')}, lane
  npm run bench -- --rounds 3        so many rounds
  npm run bench -- --attempts 20000  so many measured attempts a round
  npm run bench -- --growth          how the figures grow with line, sales, sockets, gateways
  npm run bench -- --growth --only line,sockets
  npm run bench -- --picture FILE    also as a picture (SVG); with --growth: a folder`;

/**
 * `warmUpSeconds`: how long each contender works before anything is counted, so that it is a shop's
 * gateway and worker that are measured, which run for days, and not the compiler. By time and not
 * by attempts: what runs once a batch is compiled late, and the slow ones would take all day. After
 * 20 s of it more than half of what a gateway's other threads do is still the compiler's work.
 */
const FULL = { rounds: 3, attempts: 40_000, warmUpSeconds: 30, laneAttempts: 200_000 };
const QUICK = { rounds: 2, attempts: 10_000, warmUpSeconds: 5, laneAttempts: 50_000 };

/**
 * @param {string[]} args
 * @returns {{quick: boolean, growth: boolean, help: boolean, only: string[] | null, rounds: number,
 *   attempts: number, warmUpSeconds: number, laneAttempts: number, connections: number, sockets: number,
 *   picture: string | null}}
 * @throws {Error} that says what is wrong with them
 */
export function readOptions(args) {
  const { values } = parseArgs({
    args,
    options: {
      quick: { type: 'boolean', default: false },
      growth: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
      only: { type: 'string' },
      rounds: { type: 'string' },
      attempts: { type: 'string' },
      connections: { type: 'string', default: '384' },
      sockets: { type: 'string', default: '2000' },
      picture: { type: 'string' },
    },
  });
  const preset = values.quick ? QUICK : FULL;
  return {
    quick: values.quick,
    growth: values.growth,
    help: values.help,
    only: values.only ? known(values.only.split(','), values.growth) : null,
    rounds: positive('rounds', values.rounds ?? preset.rounds),
    attempts: positive('attempts', values.attempts ?? preset.attempts),
    warmUpSeconds: preset.warmUpSeconds,
    laneAttempts: preset.laneAttempts,
    connections: positive('connections', values.connections),
    sockets: positive('sockets', values.sockets),
    picture: values.picture ?? null,
  };
}

const GROWTHS = ['line', 'sales', 'gateways', 'sockets', 'ledger'];

/** A name that is misspelt would be left out without a word. */
function known(names, growth) {
  const all = growth ? GROWTHS : [...CONTENDERS.map(({ name }) => name), 'lane'];
  const unknown = names.filter((name) => !all.includes(name));
  if (unknown.length === 0) return names;
  throw new Error(`--only knows no ${unknown.join(', ')}, but ${all.join(', ')}`);
}

function positive(name, text) {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new Error(`--${name} takes a whole number from 1, not ${text}`);
}
