import { DOORS } from './defects/doors.mjs';
import { ENTERING } from './defects/entering.mjs';
import { HOLDS } from './defects/holds.mjs';
import { LANES } from './defects/lanes.mjs';
import { LEDGER } from './defects/ledger.mjs';
import { LINE } from './defects/line.mjs';
import { ORDERS } from './defects/orders.mjs';
import { REBUILDING } from './defects/rebuilding.mjs';

/**
 * A deliberate defect. The text to be replaced must stand in the file exactly once.
 * @typedef {object} Defect
 * @property {string} name
 * @property {string} breaks what it breaks, by the number of the invariant in docs/planted-bugs.md
 * @property {string} file
 * @property {string} find
 * @property {string} replace
 * @property {string} test the file that should catch it
 * @property {string} [title] part of the title of the test in it; without, all of the file is run
 */

/** @type {Defect[]} */
export const DEFECTS = [
  ...ENTERING,
  ...LINE,
  ...HOLDS,
  ...LANES,
  ...LEDGER,
  ...REBUILDING,
  ...ORDERS,
  ...DOORS,
];
