import { expect } from 'chai';
import type { FeedEntry } from '../../core/feed.js';
import { countsOf, type Sale, setConfig } from './state.js';

/**
 * What a feed from number 1 on comes to, sale by sale. The counts of every entry have to be what
 * the attempts come to; total and serving are told by the entries alone.
 * @throws AssertionError at the first entry that is out of turn, or whose counts are wrong
 */
export function fold(entries: readonly FeedEntry[]): Map<string, Sale> {
  const sales = new Map<string, Sale>();
  let time = 0;
  entries.forEach((entry, i) => {
    expect(entry.number, 'feed number').to.equal(i + 1);
    expect(entry.time, 'feed time').to.be.at.least(time);
    time = entry.time;
    const sale = sales.get(entry.saleId) ?? unborn(entry.saleId);
    sales.set(entry.saleId, sale);
    take(sale, entry);
    expect(countsOf(sale), `counts at ${entry.number}`).to.deep.equal(entry.counts);
  });
  return sales;
}

function unborn(id: string): Sale {
  return {
    ...{ id, config: {} as Sale['config'], total: 0, attempts: [], serving: 1 },
    ...{ pausedFor: null, closed: false, opened: false, keys: [] },
    ...{ restocks: new Map(), references: new Map() },
  };
}

function take(sale: Sale, entry: FeedEntry): void {
  sale.total = entry.counts.total;
  sale.serving = entry.counts.serving;
  sale.pausedFor = entry.pausedFor;
  sale.closed = entry.closed;
  for (const attempt of entry.attempts()) sale.attempts[attempt.ticket - 1] = attempt;
  for (const used of entry.usedKeys()) {
    if (used.ticket === 0) sale.restocks.set(`${used.buyerId}:${used.key}`, used.quantity);
    else sale.keys.push(used);
  }
  if (entry.kind === 'opened') sale.opened = true;
  if (entry.config !== '') {
    setConfig(sale, JSON.parse(entry.config), entry.time);
  }
  if (entry.order !== '') {
    const ticket = entry.attempts()[0]?.ticket as number;
    sale.references.set(ticket, JSON.parse(entry.order).paymentReference);
  }
}
