import { expect } from 'chai';
import { SaleBook } from '../../../api/results/sale-book.js';
import type { SaleCounts, SaleRecord } from '../../../core/domain/sale.js';
import type { FeedEntry } from '../../../core/feed.js';
import { configOf } from '../../support/script-lane.js';

const ID = 's0-0000000000';

function counts(more: Partial<SaleCounts> = {}): SaleCounts {
  const none = { held: 0, sold: 0, entered: 0, serving: 1, waiting: 0, standby: 0 };
  return { total: 10, available: 10, ...none, ...more };
}

function saleOf(more: Partial<SaleRecord> = {}): SaleRecord {
  const record = { id: ID, config: configOf(), pausedFor: null, closed: false, archived: false };
  return { ...record, counts: counts(), ...more };
}

function entryOf(number: number, more: Partial<FeedEntry> = {}): FeedEntry {
  return {
    number,
    kind: 'entered',
    saleId: ID,
    time: 1_000,
    counts: counts(),
    pausedFor: null,
    closed: false,
    archived: false,
    config: '',
    order: '',
    attempts: () => [],
    eachState: () => undefined,
    usedKeys: () => [],
    ...more,
  };
}

describe('The book of sales', () => {
  let clock: number;
  let book: SaleBook;

  beforeEach(() => {
    clock = 5_000;
    book = new SaleBook(() => clock);
  });

  it('knows a sale from its configuration on, and takes each entry in once, in order', () => {
    book.apply(entryOf(1));
    expect(book.has(ID)).to.equal(false);
    book.apply(entryOf(2, { config: JSON.stringify(configOf({ title: 'First' })) }));
    expect(book.get(ID)?.config.title).to.equal('First');
    book.apply(entryOf(4, { pausedFor: 'ops', counts: counts({ waiting: 3 }) }));
    for (const late of [entryOf(4), entryOf(3)]) book.apply(late);
    expect(book.get(ID)).to.deep.include({ pausedFor: 'ops', counts: counts({ waiting: 3 }) });
    expect(book.get(ID)?.config.title).to.equal('First');
    expect(book.waitingIn([ID, 'unknown'])).to.equal(3);
  });

  it('does not let an older reading of Redis undo what the feed told', () => {
    book.put(saleOf(), 5);
    book.apply(entryOf(6, { closed: true }));
    book.put(saleOf(), 5);
    book.put(saleOf(), 6);
    expect(book.get(ID)?.closed).to.equal(true);
    book.put(saleOf(), 7);
    expect(book.get(ID)?.closed).to.equal(false);
  });

  it('keeps to Redis time, however wrong its own clock is', () => {
    expect(book.now).to.equal(5_000);
    book.setTime(1_000_000);
    clock += 250;
    expect(book.now).to.equal(1_000_250);
  });

  it('averages decisions over the last five seconds', () => {
    book.put(saleOf(), 1);
    book.setTime(10_000);
    book.apply(entryOf(2, { time: 10_000, counts: counts({ serving: 11 }) }));
    expect(book.perSecond(ID)).to.equal(2);
    book.apply(entryOf(3, { time: 10_900, counts: counts({ serving: 16 }) }));
    expect(book.perSecond(ID)).to.equal(3);
    clock += 4_999;
    expect(book.perSecond(ID)).to.equal(3);
    clock += 1;
    expect(book.perSecond(ID)).to.equal(0);
    expect(book.perSecond('unknown')).to.equal(0);
  });
});
