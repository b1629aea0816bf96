import { pays } from '../buyers/wishes.mjs';
import { disagreements, saleMistakes } from './agreement.mjs';
import { contradictions, WHOLE_LIFE } from './contradictions.mjs';
import * as figures from './figures.mjs';
import * as holds from './holds.mjs';
import { countInversions } from './order.mjs';
import * as shop from './orders.mjs';
import { faultsOf, incomplete, nameOf, newPromises } from './promises.mjs';

/** Always to be expected: accepted, no answer, too fast, overload. */
const USUAL = new Set([0, 200, 201, 202, 429, 503]);

/** Refusals that the contract foresees, by what was asked. */
const FORESEEN = {
  press: new Set(['410 sold-out']),
  confirm: new Set(['410 hold-expired']),
  order: new Set(['409 out-of-stock', '409 cart-empty', '410 hold-expired']),
};

/**
 * Holds every promise of an attempt's whole life against what was seen.
 * @returns {{name: string, value: number, broken: boolean, examples: string[]}[]}
 */
export function judgeWholeLife(seen) {
  const list = newPromises();
  judgeLoad(list, seen);
  judgeLine(list, seen);
  judgeHolds(list, seen);
  judgeShop(list, seen);
  return list.promises;
}

function judgeLoad({ none }, { entries, torn, ledger, loadProblem }) {
  none('load did not end well', loadProblem ? [loadProblem] : []);
  none('faults of the load test', faultsOf(entries, torn));
  none('unforeseen answers', entries.filter(isUnforeseen).map(describe));
  none('ledger incomplete', ledger.complete ? [] : [incomplete(ledger)]);
}

function judgeLine({ none, zero }, { buyers, ledger: { rows } }) {
  none('without a final answer', holds.withoutFinalAnswer(buyers).map(nameOf));
  none('buyers told two things', contradictions(buyers, WHOLE_LIFE));
  none('buyers with two attempts', figures.withSeveralAttempts(buyers).map(nameOf));
  none('buyers with two rows (SQL)', figures.rowsOfOneBuyer(rows));
  none('tickets given twice', figures.ticketsGivenTwice(buyers));
  none('gaps in tickets (SQL)', figures.ticketGaps(rows));
  zero('order inversions', countInversions(buyers));
  none('passed over in line (SQL)', figures.passedOver(rows));
  none('passed over in standby', holds.passedOverInStandby(buyers));
  none('keys with two answers', figures.keysWithTwoAnswers(buyers));
}

function judgeHolds({ none, zero }, { buyers, ledger, stock, holdSeconds }) {
  const { rows, sale } = ledger;
  zero('oversold (SQL)', Math.max(figures.unitsSold(rows) - stock, 0));
  zero('oversold (buyers)', Math.max(holds.mostAtOnce(buyers) - stock, 0));
  zero('left unsold though wanted', leftUnsold(buyers, rows, stock));
  none('holds ended wrongly or twice', holds.endedWrongly(buyers, rows));
  none('holds ended too soon', holds.endedTooSoon(buyers, holdSeconds));
  none('ledger against buyers', disagreements(buyers, rows));
  none('ledger against itself', saleMistakes(sale, rows, stock));
}

function judgeShop({ none }, { entries, goods, ledger: { rows, orders, products } }) {
  none('confirmed against orders', shop.orderMistakes(rows, orders));
  none('orders left unfinished', shop.unfinished(orders));
  none('orders against buyers', shop.orderDisagreements(entries, orders));
  none('keys with two orders', shop.keysWithTwoOrders(entries));
  none('ordinary stock', shop.shelfMistakes(goods, products, orders));
  none('refused though in stock', shop.refusedThoughThere(entries, products, orders));
}

/** Whoever wants to pay is a buyer of one unit, unless the deadline was faster: see "too soon". */
function leftUnsold(buyers, rows, stock) {
  const expired = new Set(rows.filter(({ state }) => state === 'expired').map((r) => r.buyerId));
  const wanting = buyers.filter(({ id }, index) => pays(index) && !expired.has(id)).length;
  const confirmed = rows.filter(({ state }) => state === 'confirmed').length;
  return Math.max(Math.min(stock, wanting) - confirmed, 0);
}

function isUnforeseen({ kind, status, code }) {
  if (status === undefined || USUAL.has(status)) return false;
  return !FORESEEN[kind]?.has(`${status} ${code}`);
}

function describe({ kind, status, code, buyer }) {
  return `${kind} answered ${status} ${code ?? ''} (${buyer})`;
}
