/** Where the ledger and what buyers were told part ways. */

/**
 * @param {import('./answers.mjs').Buyer[]} buyers
 * @param {{id: string, ticket: number, buyerId: string, quantity: number, state: string}[]} rows
 * @returns {string[]}
 */
export function disagreements(buyers, rows) {
  const rowOf = new Map(rows.map((row) => [row.id, row]));
  const buyerOf = new Map(buyers.map((buyer) => [buyer.id, buyer]));
  const told = buyers.flatMap((buyer) =>
    [...buyer.attempts.values()].map((attempt) => compare(buyer, attempt, rowOf.get(attempt.id))),
  );
  const untold = rows.map((row) => compareRow(row, buyerOf.get(row.buyerId)));
  return [...told, ...untold].filter((difference) => difference !== null);
}

function compare(buyer, { id, ticket, quantity, sightings }, row) {
  if (!row) return `${id} is not in the ledger`;
  if (row.buyerId !== buyer.id) return `${id} is another buyer's in the ledger`;
  if (row.ticket !== ticket) return `${id} was told as ticket ${ticket}`;
  if (row.quantity !== quantity) return `${id} has quantity ${row.quantity}, told ${quantity}`;
  const last = sightings.reduce((a, b) => (b.version > a.version ? b : a));
  // A buyer who was never told is counted as such; here only what was told is compared.
  if (last.state === 'waiting') return null;
  return row.state === last.state ? null : `${id} is ${row.state}, told ${last.state}`;
}

/** A row whose owner never heard of it, although the owner got some other answer. */
function compareRow(row, buyer) {
  if (!buyer) return `${row.id} belongs to nobody in this crowd`;
  if (buyer.attempts.has(row.id) || buyer.outcome === null) return null;
  return `${row.id} is ${row.state}, its buyer was only told ${buyer.outcome}`;
}

/** The sale's own counts against its attempts. */
export function saleMistakes(sale, rows, stock) {
  if (!sale) return ['the sale is not in the ledger'];
  const mistakes = [];
  const expect = (name, is, should) => {
    if (is !== should) mistakes.push(`${name} is ${is}, should be ${should}`);
  };
  const sum = (wanted) =>
    rows.reduce((units, { state, quantity }) => units + (state === wanted ? quantity : 0), 0);
  expect('total', sale.total, stock);
  expect('available + held + sold', sale.available + sale.held + sale.sold, sale.total);
  expect('held', sale.held, sum('held'));
  expect('sold', sale.sold, sum('confirmed'));
  expect('entered', sale.entered, rows.length);
  if (Math.min(sale.available, sale.held, sale.sold) < 0) mistakes.push('a count is below 0');
  return mistakes;
}
