/** How likely it is that a buyer in line gets the goods, by what is known. Pure and honest. */
import type { Attempt, Chance, ChanceLevel, Sale } from './dropgate-client.js';

/** Between these shares of the goods left, what buyers took so far says neither yes nor no. */
const SURELY = 0.8;
const HARDLY = 1.1;

export function chanceOf(sale: Sale, attempt: Attempt, ahead: number | null): Chance | null {
  if (ahead === null) return null;
  if (attempt.state === 'standby') return onStandby(sale, attempt, ahead);
  return attempt.state === 'waiting' ? inLine(sale, attempt, ahead) : null;
}

function inLine(sale: Sale, attempt: Attempt, ahead: number): Chance {
  const { available, held } = sale.stock;
  const { quantity } = attempt;
  // Goods that come back go to standby first, so more than the limit may be ahead of the line.
  const free = sale.standbyLimit === 0 || sale.perBuyerLimit === 1 || held === 0;
  if (free && ahead * sale.perBuyerLimit + quantity <= available)
    return { level: 'enough', needsBack: 0 };
  const expected = Math.ceil(ahead * unitsEach(sale)) + quantity;
  if (expected <= available * SURELY || (ahead === 0 && quantity <= available)) {
    return { level: 'likely', needsBack: 0 };
  }
  if (expected <= available * HARDLY) return { level: 'close', needsBack: 0 };
  // Until then all that is available is held too: whatever is not sold can come back.
  return comesBack(expected - available, available + held);
}

function onStandby(sale: Sale, attempt: Attempt, ahead: number): Chance {
  const { available, held } = sale.stock;
  const wanted = Math.ceil(ahead * unitsEach(sale)) + attempt.quantity;
  return comesBack(Math.max(1, wanted - available), held);
}

function comesBack(needed: number, atMost: number): Chance {
  const level: ChanceLevel = needed <= atMost / 2 ? 'returns' : 'unlikely';
  return { level, needsBack: needed };
}

/** What a decided buyer took on average; one unit before anybody has. */
function unitsEach({ stock, line, perBuyerLimit }: Sale): number {
  if (line.decided === 0) return 1;
  const taken = (stock.total - stock.available) / line.decided;
  return Math.min(perBuyerLimit, Math.max(taken, 1));
}
