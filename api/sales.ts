import { randomBytes } from 'node:crypto';
import type { Clock } from '../core/clock.js';
import type { Product, Sale } from '../core/contract.js';
import { laneOfSale, SALE_BODY_LENGTH, saleIdOf } from '../core/domain/ids.js';
import type { SaleConfig } from '../core/domain/sale.js';
import type { RedisClient } from '../core/redis.js';
import type { CreateSale, UpdateSale } from '../core/schemas.js';
import type { SaleRow, SaleStore } from '../core/stores/sales.js';
import { configure } from '../lua/configure.js';
import { type ReadSaleResult, readSale } from '../lua/read-sale.js';
import { type RestockResult, restock } from '../lua/restock.js';
import type { Behind, LaneView } from '../lua/script.js';
import { closeSale, pauseSale, resumeSale } from '../lua/switch.js';
import type { Lanes } from './lanes.js';
import type { Catalog } from './results/catalog.js';
import type { SaleBook } from './results/sale-book.js';
import { saleView } from './views.js';

export type SaleResult =
  | {
      readonly kind: 'ok';
      readonly sale: Sale;
      /** `false`: it was like that before, and nothing was done. */
      readonly changed: boolean;
    }
  | { readonly kind: 'not-found' | 'recovering' };

export type UpdateSaleResult =
  | SaleResult
  | { readonly kind: 'conflict' }
  | { readonly kind: 'closes-too-early' }
  | { readonly kind: 'sale-closed' };

/** The sale is closed for good. */
type SaleClosed = { readonly kind: 'sale-closed' };

type Refused<T> = Exclude<T, Behind | { kind: 'ok' | 'unchanged' | 'sale-not-found' }>;

/** How often a change is tried again when another change of the same sale came first. */
const CHANGE_TRIES = 5;

/** Ten random characters of base 36. */
export function randomBody(): string {
  return Array.from(randomBytes(SALE_BODY_LENGTH), (byte) => (byte % 36).toString(36)).join('');
}

/** Sales as ops and visitors use them: create, change, switch, restock, read. */
export class Sales {
  readonly #redis: RedisClient;
  readonly #lanes: Lanes;
  readonly #store: SaleStore;
  readonly #book: SaleBook;
  readonly #catalog: Catalog;
  readonly #clock: Clock;

  constructor(
    redis: RedisClient,
    lanes: Lanes,
    store: SaleStore,
    book: SaleBook,
    catalog: Catalog,
    clock: Clock,
  ) {
    this.#redis = redis;
    this.#lanes = lanes;
    this.#store = store;
    this.#book = book;
    this.#catalog = catalog;
    this.#clock = clock;
  }

  /** A new sale's id, in the open lane that has the fewest; `null` while none is open. */
  async newId(): Promise<string | null> {
    const open = this.#lanes.numbers.filter((lane) => this.#lanes.view(lane) !== null);
    if (open.length === 0) return null;
    return saleIdOf(await this.#store.quietestLane(open), randomBody());
  }

  /**
   * Creates the sale in MySQL and seeds it into Redis: it takes attempts when this resolves. With
   * the same id again it finishes what an earlier call left undone.
   */
  async create(id: string, wish: CreateSale): Promise<SaleResult> {
    const view = this.#viewOf(id);
    if (!view) return { kind: 'recovering' };
    const { stock, ...fields } = wish;
    const config = { ...fields, version: 1, createdAt: this.#clock() };
    const row = await this.#store.create(id, view.lane, config, stock);
    // By its retry it may have been changed already; then there is nothing to seed.
    const seeded = row.feedNumber === 0 && (await this.#seed(view, row));
    return this.#after(id, seeded);
  }

  /** Answers whether Redis did not have the sale before. */
  async #seed(view: LaneView, row: SaleRow): Promise<boolean> {
    const result = await configure(this.#redis, view, row.id, row.config, row.counts.total);
    if (result.kind === 'behind') this.#lanes.closeFor(view, 'behind');
    if ('feedNumber' in result) this.#lanes.saw(view, result.feedNumber);
    return result.kind === 'ok';
  }

  async #after(id: string, changed: boolean): Promise<SaleResult> {
    const result = await this.read(id);
    return result.kind === 'ok' ? { ...result, changed } : result;
  }

  /** Whether the gateway has heard of such a sale: nearly always, and without waiting. */
  has(id: string): boolean {
    return this.#book.has(id);
  }

  /** Whether there is such a sale: from memory, or from Redis when the feed lags. */
  async exists(id: string): Promise<boolean | 'recovering'> {
    if (this.has(id)) return true;
    const result = await this.#read(id);
    return result.kind === 'ok' ? true : result.kind === 'recovering' ? 'recovering' : false;
  }

  async read(id: string): Promise<SaleResult> {
    const result = await this.#read(id);
    if (result.kind !== 'ok') return result;
    const product = await this.#catalog.find(result.sale.config.productId);
    if (!product) return { kind: 'not-found' };
    const { sale, now } = result;
    this.#book.setTime(now);
    const view = saleView(sale, this.#moment(id, product, now));
    return { kind: 'ok', sale: view, changed: false };
  }

  /** Changes the configuration: first in Redis, by its version; the ledger follows the feed. */
  async update(id: string, wish: UpdateSale): Promise<UpdateSaleResult> {
    for (let tries = 0; tries < CHANGE_TRIES; tries += 1) {
      const read = await this.#read(id);
      if (read.kind !== 'ok') return read;
      const config: SaleConfig = { ...read.sale.config, ...dropUndefined(wish) };
      const changed = { ...config, version: read.sale.config.version + 1 };
      if (!closesLater(changed, wish, read.now)) return { kind: 'closes-too-early' };
      const view = this.#viewOf(id);
      if (!view) return { kind: 'recovering' };
      const result = await configure(this.#redis, view, id, changed, 0);
      if (result.kind === 'behind') return this.#behind(view);
      if (result.kind === 'sale-not-found') return this.#gone(id);
      if (result.kind === 'ok') return this.#after(id, true);
    }
    return { kind: 'conflict' };
  }

  async pause(id: string) {
    return this.#change(id, (view) => pauseSale(this.#redis, view, id, 'ops'));
  }

  async resume(id: string) {
    return this.#change(id, (view) => resumeSale(this.#redis, view, id));
  }

  async close(id: string) {
    const result = await this.#change(id, (view) => closeSale(this.#redis, view, id));
    // An archived sale is closed: to close it again changes nothing.
    return result.kind === 'sale-closed' ? this.read(id) : result;
  }

  async restock(id: string, quantity: number, caller: string, key: string) {
    const wish = { saleId: id, quantity, caller, key };
    const result = await this.#change<RestockResult>(id, (view) =>
      restock(this.#redis, view, wish),
    );
    if (result.kind !== 'sale-closed' || key === '') return result;
    const known = await this.#store.restockWith(id, caller, key);
    if (known === null) return result;
    return known === quantity ? this.read(id) : ({ kind: 'idempotency-key-reused' } as const);
  }

  /** Runs a script that changes the sale, and answers with the sale as it is then. */
  async #change<T extends { readonly kind: string }>(
    id: string,
    script: (view: LaneView) => Promise<T>,
  ): Promise<SaleResult | Refused<T> | SaleClosed> {
    const view = this.#viewOf(id);
    if (!view) return this.#noView(id);
    const result = await script(view);
    if (result.kind === 'behind') return this.#behind(view);
    if (result.kind === 'sale-not-found') return this.#gone(id);
    if (result.kind === 'ok' || result.kind === 'unchanged') {
      return this.#after(id, result.kind === 'ok');
    }
    return result as Refused<T>;
  }

  async #read(
    id: string,
  ): Promise<{ kind: 'not-found' | 'recovering' } | Extract<ReadSaleResult, { kind: 'ok' }>> {
    const view = this.#viewOf(id);
    if (!view) return this.#noView(id);
    const result = await readSale(this.#redis, view, id);
    if (result.kind === 'behind') return this.#behind(view);
    if (result.kind === 'ok') return result;
    const archived = await this.#store.find(id);
    if (!archived?.archived) return { kind: 'not-found' };
    return { kind: 'ok', feedNumber: result.feedNumber, now: this.#book.now, sale: archived };
  }

  #viewOf(id: string): LaneView | null {
    const lane = laneOfSale(id);
    return lane === null ? null : this.#lanes.view(lane);
  }

  /** No id of ours, or a lane that is not open. */
  #noView(id: string): { readonly kind: 'not-found' | 'recovering' } {
    const lane = laneOfSale(id);
    return { kind: lane === null || !this.#lanes.has(lane) ? 'not-found' : 'recovering' };
  }

  /** Redis has no such sale: there is none, or it is archived and closed for good. */
  async #gone(id: string): Promise<SaleClosed | { readonly kind: 'not-found' }> {
    const row = await this.#store.find(id);
    return { kind: row?.archived ? 'sale-closed' : 'not-found' };
  }

  #behind(view: LaneView): { readonly kind: 'recovering' } {
    this.#lanes.closeFor(view, 'behind');
    return { kind: 'recovering' };
  }

  #moment(id: string, product: Product, now: number) {
    return { product, now, perSecond: this.#book.perSecond(id) };
  }
}

function dropUndefined(wish: UpdateSale): Partial<SaleConfig> {
  return Object.fromEntries(Object.entries(wish).filter(([, value]) => value !== undefined));
}

/** `closesAt`, if it is set anew, is later than now and than `opensAt`. */
export function closesLater(
  config: Pick<SaleConfig, 'opensAt' | 'closesAt'>,
  wish: { readonly closesAt?: number | null | undefined },
  now: number,
): boolean {
  const { opensAt, closesAt } = config;
  if (closesAt === null) return true;
  if (wish.closesAt !== undefined && closesAt <= now) return false;
  return opensAt === null || closesAt > opensAt;
}
