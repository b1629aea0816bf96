import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { CONTENDERS } from './contenders/index.mjs';
import { growAll } from './growth/index.mjs';
import { measureLane } from './growth/lane.mjs';
import { LoadProcess } from './load-process.mjs';
import { renderBars } from './report/bars.mjs';
import { describeMachine, inOneLine } from './report/machine.mjs';
import { spread } from './report/spread.mjs';
import { summarize } from './report/summary.mjs';
import { renderProcesses, renderShortfalls, renderTable, renderVerdict } from './report/table.mjs';
import { verdictOf } from './report/verdict.mjs';
import { playRound } from './round.mjs';
import { World } from './world.mjs';
import { Yardstick } from './yardstick.mjs';

/**
 * @param {object} given
 * @param {import('../../bin/setup/servers.mjs').Servers} given.servers private ones of the bench
 * @param {string} given.dataDir
 * @param {ReturnType<typeof import('./options.mjs').readOptions>} given.options
 * @param {(line: string) => void} given.say
 * @param {AbortSignal} given.signal
 * @returns {Promise<boolean>} whether everything that must be reached, and was measured, is
 */
export async function bench({ servers, dataDir, options, say, signal }) {
  const secret = randomBytes(24).toString('hex');
  const world = new World({ servers, dataDir, secret, signal });
  const load = new LoadProcess();
  signal.addEventListener('abort', () => load.stop(), { once: true });
  try {
    const machine = await describeMachine(world);
    say(`\n${inOneLine(machine)}\n`);
    const parts = { world, load, say, ...options };
    const results = options.growth
      ? { growth: await growAll(parts), played: [], summary: [] }
      : await withYardstick(parts, sideBySide);
    const verdict = verdictOf(results);
    const file = path.join(dataDir, options.growth ? 'growth.json' : 'results.json');
    const { growth, lane, summary, played } = results;
    const all = { machine, options, verdict, summary, lane, growth, rounds: played };
    writeFileSync(file, `${JSON.stringify(all, null, 2)}\n`);
    if (!options.growth) show(results, { machine, options, say });
    if (verdict.length > 0) say(`\n${renderVerdict(verdict)}`);
    say(`\nAll figures: ${path.relative(process.cwd(), file)}`);
    return verdict.every(({ reached }) => reached !== 'no');
  } catch (error) {
    // Whatever failed because we were asked to stop is no failure.
    signal.throwIfAborted();
    throw error;
  } finally {
    await load.stop();
    await world.close();
  }
}

/** @param {any} parts @param {(parts: any) => Promise<any>} work */
async function withYardstick(parts, work) {
  const yardstick = new Yardstick();
  try {
    await yardstick.open(parts.world, parts.connections);
    return await work({ ...parts, yardstick });
  } finally {
    await yardstick.close();
  }
}

/** Rounds go over all contenders in turn, so that whatever the machine does meets all of them. */
async function sideBySide(parts) {
  const { say, rounds, only, world } = parts;
  const wanted = CONTENDERS.filter(({ name }) => only === null || only.includes(name));
  const withLane = only === null || only.includes('lane');
  const played = [];
  const lanes = [];
  for (let round = 1; round <= rounds; round += 1) {
    for (const contender of wanted) {
      world.signal.throwIfAborted();
      const figures = { round, ...(await playRound(contender, parts)) };
      played.push(figures);
      say(`  round ${round}  ${contender.title.padEnd(30)} ${brief(figures)}`);
    }
    if (withLane) {
      const figures = await measureLane(parts);
      lanes.push(figures);
      say(
        `  round ${round}  ${'one lane without a door'.padEnd(30)} ${Math.round(figures.decidedPerSecond)}/s`,
      );
    }
  }
  return { played, summary: summarize(played, wanted), lane: laneOf(lanes) };
}

function laneOf(lanes) {
  if (lanes.length === 0) return null;
  const of = (name) => spread(lanes.map((figures) => figures[name]));
  return {
    attempts: lanes[0].attempts,
    decidedPerSecond: of('decidedPerSecond'),
    drainMs: of('drainMs'),
    ledgerRowsPerSecond: of('ledgerRowsPerSecond'),
    rounds: lanes,
  };
}

function brief({ cpuUs, floorUs, timesFloor, perSecond, clickToResult }) {
  const p99 = clickToResult.p99 === null ? '' : `, p99 ${clickToResult.p99.toFixed(1)} ms`;
  const times = floorUs ? ` (${timesFloor.toFixed(2)} × ${floorUs.toFixed(1)})` : '';
  return `${cpuUs.toFixed(1)} µs an attempt${times}, ${Math.round(perSecond)}/s${p99}`;
}

function show({ summary, lane }, { machine, options, say }) {
  if (summary.length > 0) {
    say(`\n${renderTable(summary)}\n\n${renderProcesses(summary)}\n\n${renderShortfalls(summary)}`);
  }
  if (lane) {
    const { decidedPerSecond, drainMs, attempts } = lane;
    const drain = `the ledger had all ${Math.round(drainMs.median)} ms later`;
    say(
      `\n  one lane without a door: ${Math.round(decidedPerSecond.median)} decided a second, of a line of ${attempts}; ${drain}`,
    );
  }
  if (!options.picture || summary.length === 0) return;
  const title = 'Server CPU an attempt: gateway, worker, Redis and database together';
  writeFileSync(options.picture, renderBars(summary, { title, note: inOneLine(machine) }));
}
