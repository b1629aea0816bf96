import { disagreements, saleMistakes } from './agreement.mjs';
import { contradictions } from './contradictions.mjs';
import * as figures from './figures.mjs';
import { countInversions } from './order.mjs';

/** Answers that the contract foresees in these scenarios; anything else is reported. */
const FORESEEN = new Set([0, 200, 202, 429, 503]);

/**
 * Holds every promise against what was seen.
 * @returns {{name: string, value: number, broken: boolean, examples: string[]}[]}
 */
export function judgePromises({ buyers, entries, torn, ledger, stock, loadProblem }) {
  const { rows } = ledger;
  const { promises, none, zero } = newPromises();

  none('load did not end well', loadProblem ? [loadProblem] : []);
  none('faults of the load test', faultsOf(entries, torn));
  zero('oversold (SQL)', Math.max(figures.unitsSold(rows) - stock, 0));
  zero('oversold (buyers)', Math.max(figures.unitsTold(buyers) - stock, 0));
  zero('left unsold though wanted', leftUnsold(buyers, rows, stock));
  none('buyers without an answer', figures.withoutAnswer(buyers).map(nameOf));
  none('buyers told two things', contradictions(buyers));
  none('buyers with two attempts', figures.withSeveralAttempts(buyers).map(nameOf));
  none('buyers with two rows (SQL)', figures.rowsOfOneBuyer(rows));
  none('tickets given twice', figures.ticketsGivenTwice(buyers));
  none('gaps in tickets (SQL)', figures.ticketGaps(rows));
  zero('order inversions', countInversions(buyers));
  none('passed over in line (SQL)', figures.passedOver(rows));
  none('keys with two answers', figures.keysWithTwoAnswers(buyers));
  none('unforeseen answers', unforeseen(entries));
  none(
    'tabs without a snapshot',
    entries.filter(isKind('no-snapshot')).map(({ buyer }) => buyer),
  );
  none('ledger incomplete', ledger.complete ? [] : [incomplete(ledger)]);
  none('ledger against buyers', disagreements(buyers, rows));
  none('ledger against itself', saleMistakes(ledger.sale, rows, stock));
  return promises;
}

/** A list of promises to be filled: `none` of a list may be there, `zero` is the value to be. */
export function newPromises() {
  const promises = [];
  const none = (name, list) => promises.push(promise(name, list.length, list));
  const zero = (name, value) => promises.push(promise(name, value, []));
  return { promises, none, zero };
}

function promise(name, value, examples) {
  return { name, value, broken: value > 0, examples: examples.slice(0, 3).map(String) };
}

/** Each buyer wants one unit, so this many have to be sold in the end. */
function leftUnsold(buyers, rows, stock) {
  return Math.max(Math.min(stock, buyers.length) - figures.unitsSold(rows), 0);
}

function unforeseen(entries) {
  const bad = [];
  for (const { kind, status, code, buyer } of entries) {
    if (status === undefined || FORESEEN.has(status)) continue;
    if (kind === 'press' && status === 410 && code === 'sold-out') continue;
    bad.push(`${kind} answered ${status} ${code ?? ''} (${buyer})`);
  }
  return bad;
}

export function faultsOf(entries, torn) {
  const faults = entries.filter(isKind('fault')).map(({ error }) => error.split('\n')[0]);
  return torn > 0 ? [...faults, `${torn} torn lines`] : faults;
}

export function incomplete({ entered, waiting, waitedMs }) {
  return `after ${Math.round(waitedMs / 1000)} s: ${entered} rows, ${waiting} of them waiting`;
}

function isKind(wanted) {
  return ({ kind }) => kind === wanted;
}

export function nameOf({ id }) {
  return id;
}
