/** Figures over buyers (from diaries) and rows (from SQL). Pure: each is testable on its own. */

const SOLD = new Set(['held', 'confirmed']);

/** Units that are promised to somebody. */
export function unitsSold(rows) {
  return rows.reduce((sum, { state, quantity }) => sum + (SOLD.has(state) ? quantity : 0), 0);
}

/** Units that buyers were told are theirs: an attempt counts once, whatever it said later. */
export function unitsTold(buyers) {
  let sum = 0;
  for (const { quantity, sightings } of attemptsOf(buyers)) {
    if (sightings.some(({ state }) => SOLD.has(state))) sum += quantity;
  }
  return sum;
}

export function countStates(rows) {
  const counts = {};
  for (const { state } of rows) counts[state] = (counts[state] ?? 0) + 1;
  return counts;
}

export function withoutAnswer(buyers) {
  return buyers.filter(({ outcome }) => outcome === null);
}

/** Buyers who got more than one attempt, or one attempt under two tickets. */
export function withSeveralAttempts(buyers) {
  return buyers.filter(({ attempts }) => attempts.size > 1);
}

/** Buyers with more than one row in the ledger. */
export function rowsOfOneBuyer(rows) {
  return repeated(rows.map(({ buyerId }) => buyerId));
}

/** Tickets that more than one buyer was told to have. */
export function ticketsGivenTwice(buyers) {
  return repeated(attemptsOf(buyers).map(({ ticket }) => ticket));
}

/** Tickets from 1 to the highest that no row has. */
export function ticketGaps(rows) {
  const tickets = new Set(rows.map(({ ticket }) => ticket));
  const gaps = [];
  const highest = rows.reduce((most, { ticket }) => Math.max(most, ticket), 0);
  for (let ticket = 1; ticket <= highest; ticket += 1) if (!tickets.has(ticket)) gaps.push(ticket);
  return gaps;
}

/** Tickets sold out although a higher one with the same quantity was held. */
export function passedOver(rows) {
  const highestHeld = new Map();
  for (const { state, quantity, ticket } of rows) {
    if (!SOLD.has(state)) continue;
    highestHeld.set(quantity, Math.max(ticket, highestHeld.get(quantity) ?? 0));
  }
  return rows
    .filter((row) => row.state === 'sold-out' && row.ticket < (highestHeld.get(row.quantity) ?? 0))
    .map(({ ticket }) => ticket);
}

/** One key twice: the same attempt each time it was accepted, or two are named here. */
export function keysWithTwoAnswers(buyers) {
  const broken = [];
  for (const { id, answers } of buyers) {
    const byKey = new Map();
    for (const { key, status, attemptId } of answers) {
      if (attemptId === undefined) continue;
      const said = `${status} ${attemptId}`;
      if ((byKey.get(key) ?? said) !== said) broken.push(`${id} key ${key}`);
      byKey.set(key, said);
    }
  }
  return broken;
}

/** Nearest rank, in the unit of the values; `null` without values. */
export function percentile(values, percent) {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(Math.ceil((percent / 100) * sorted.length), 1) - 1];
}

/** Microseconds from the first press to what `until` names, of all who got there. */
export function durations(buyers, until) {
  return buyers.filter((buyer) => buyer[until] !== null).map((b) => b[until] - b.clickedAt);
}

function attemptsOf(buyers) {
  return buyers.flatMap(({ attempts }) => [...attempts.values()]);
}

function repeated(values) {
  const seen = new Set();
  const twice = new Set();
  for (const value of values) (seen.has(value) ? twice : seen).add(value);
  return [...twice];
}
