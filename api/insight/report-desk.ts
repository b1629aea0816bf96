import type { SaleReport } from '../../core/contract.js';
import { saleStateAt } from '../../core/domain/sale.js';
import { SaleTally } from '../../core/domain/sale-tally.js';
import type { SaleLedger } from '../../core/stores/sale-ledger.js';
import type { SaleRow, SaleStore } from '../../core/stores/sales.js';
import type { Catalog } from '../results/catalog.js';
import type { SaleBook } from '../results/sale-book.js';
import { reportView, type SaleCount } from './report-view.js';

/** Reports that are remembered; each is a few kilobytes. */
const REMEMBERED = 50;

/** Reports that may wait for the one that is being made. */
const WAITING = 4;

/** True at one feed number of the sale. */
interface Count extends SaleCount {
  readonly at: number;
}

export type ReportResult =
  | { readonly kind: 'ok'; readonly report: SaleReport }
  | { readonly kind: 'not-found' | 'busy' };

/**
 * Makes reports from the ledger, one at a time: a report reads every attempt of its sale. It is
 * made once for each state of the sale, however many ask for it.
 */
export class ReportDesk {
  readonly #ledger: SaleLedger;
  readonly #sales: SaleStore;
  readonly #book: SaleBook;
  readonly #catalog: Catalog;
  readonly #made = new Map<string, Count>();
  readonly #making = new Map<string, Promise<Count>>();
  #last: Promise<unknown> = Promise.resolve();

  constructor(ledger: SaleLedger, sales: SaleStore, book: SaleBook, catalog: Catalog) {
    this.#ledger = ledger;
    this.#sales = sales;
    this.#book = book;
    this.#catalog = catalog;
  }

  async report(saleId: string): Promise<ReportResult> {
    const sale = await this.#sales.find(saleId);
    const product = sale && (await this.#catalog.find(sale.config.productId));
    if (!sale || !product) return { kind: 'not-found' };
    const count = await this.#countOf(sale);
    if (!count) return { kind: 'busy' };
    const { now } = this.#book;
    const complete = count.at === sale.feedNumber && this.#isComplete(sale);
    return { kind: 'ok', report: reportView(sale, product, count, { now, complete }) };
  }

  /** `null`: too many wait already. */
  async #countOf(sale: SaleRow): Promise<Count | null> {
    const made = this.#made.get(sale.id);
    if (made?.at === sale.feedNumber) return made;
    const making = this.#making.get(sale.id);
    if (making) return making;
    if (this.#making.size > WAITING) return null;
    const count = this.#last.then(() => this.#count(sale));
    this.#making.set(sale.id, count);
    this.#last = count.catch(() => undefined).finally(() => this.#making.delete(sale.id));
    return count;
  }

  async #count(sale: SaleRow): Promise<Count> {
    const tally = new SaleTally();
    for await (const page of this.#ledger.pages(sale.id)) {
      for (const attempt of page) tally.add(attempt);
    }
    const buyers = await this.#ledger.buyers(sale.id);
    const revenue = await this.#ledger.revenue(sale.id);
    const count = { at: sale.feedNumber, tally, buyers, revenue };
    this.#made.delete(sale.id);
    this.#made.set(sale.id, count);
    const [oldest] = this.#made.keys();
    if (this.#made.size > REMEMBERED && oldest !== undefined) this.#made.delete(oldest);
    return count;
  }

  /** Nothing can change by itself any more, and the ledger knows what this gateway knows. */
  #isComplete(sale: SaleRow): boolean {
    const { counts, archived } = sale;
    if (archived) return true;
    const page = this.#book.page(sale.id);
    const over =
      saleStateAt(sale, this.#book.now) === 'closed' ||
      (counts.total > 0 && counts.sold === counts.total);
    const live = counts.waiting + counts.held + counts.standby;
    return over && live === 0 && page !== null && page.number <= sale.feedNumber;
  }
}
