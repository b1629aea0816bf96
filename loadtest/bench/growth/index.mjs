import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { renderCurves } from '../report/curves.mjs';
import { columns } from '../report/table.mjs';
import { growGateways } from './gateways.mjs';
import { growLedger } from './ledger.mjs';
import { growLine } from './line.mjs';
import { growSales } from './sales.mjs';
import { growSockets } from './sockets.mjs';

/**
 * What grows, and what is looked at meanwhile.
 * @typedef {{title: string, x: string, y: string, unit: string, series: Record<string, string>,
 *   points: Record<string, number | null>[], more?: Record<string, Partial<Curve>>}} Curve `series`:
 *   name of the figure → what it is called; `more`: further pictures of the same points
 */
const GROWTHS = {
  line: growLine,
  sales: growSales,
  gateways: growGateways,
  sockets: growSockets,
  ledger: growLedger,
};

/** @param {any} bench @returns {Promise<Record<string, Curve & Record<string, any>>>} */
export async function growAll(bench) {
  const { only, say, picture, world } = bench;
  const wanted = Object.keys(GROWTHS).filter((name) => only === null || only.includes(name));
  const grown = {};
  for (const name of wanted) {
    world.signal.throwIfAborted();
    grown[name] = await GROWTHS[name](bench);
    say(`\n  ${grown[name].title}\n${renderPoints(grown[name])}`);
    if (picture) draw(picture, name, grown[name]);
  }
  return grown;
}

/** @param {string} folder @param {string} name @param {Curve} curve */
function draw(folder, name, { more = {}, ...curve }) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, `growth-${name}.svg`), renderCurves(curve));
  for (const [part, own] of Object.entries(more)) {
    const file = path.join(folder, `growth-${name}-${part}.svg`);
    writeFileSync(file, renderCurves({ ...curve, ...own }));
  }
}

/** @param {Curve} curve */
function renderPoints({ points }) {
  const names = Object.keys(points[0] ?? {});
  const cell = (value) =>
    value === null || value === undefined
      ? '–'
      : value.toLocaleString('en', { maximumFractionDigits: value < 100 ? 2 : 0 });
  return columns([names, ...points.map((point) => names.map((name) => cell(point[name])))]);
}
