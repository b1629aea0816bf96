import type { Attempt, Cart, CartLine, Product } from '../../core/contract.js';
import type { CartStore } from '../../core/stores/carts.js';
import type { Attempts } from '../admission/attempts.js';
import type { Catalog } from '../results/catalog.js';
import type { SaleBook } from '../results/sale-book.js';

/** A buyer's cart: ordinary goods from MySQL, and the holds that stand in it by themselves. */
export class Carts {
  readonly #store: CartStore;
  readonly #attempts: Attempts;
  readonly #book: SaleBook;
  readonly #catalog: Catalog;

  constructor(store: CartStore, attempts: Attempts, book: SaleBook, catalog: Catalog) {
    this.#store = store;
    this.#attempts = attempts;
    this.#book = book;
    this.#catalog = catalog;
  }

  /** `null` while a lane is not open: a cart without its holds would be a lie. */
  async read(buyerId: string): Promise<Cart | null> {
    const [items, attempts] = await Promise.all([
      this.#store.items(buyerId),
      this.#attempts.ofBuyer(buyerId),
    ]);
    if (attempts === null) return null;
    const held = attempts.filter(({ state }) => state === 'held');
    const lines = await Promise.all([
      ...held.map((attempt) => this.#heldLine(attempt)),
      ...items.map(async ({ productId, quantity }) => {
        const product = await this.#catalog.find(productId);
        return product && ordinaryLine(product, quantity);
      }),
    ]);
    const shown = lines.filter((line) => line !== null);
    const total = shown.reduce((sum, { price, quantity }) => sum + price * quantity, 0);
    return { items: shown, total, currency: shown[0]?.currency ?? null };
  }

  async #heldLine(attempt: Attempt): Promise<CartLine | null> {
    const sale = this.#book.get(attempt.saleId);
    const product = sale && (await this.#catalog.find(sale.config.productId));
    if (!sale || !product) return null;
    return {
      ...ordinaryLine(product, attempt.quantity),
      attemptId: attempt.id,
      available: sale.counts.available,
      holdExpiresAt: attempt.holdExpiresAt,
    };
  }
}

function ordinaryLine(product: Product, quantity: number): CartLine {
  const { id, name, price, currency, available } = product;
  return {
    productId: id,
    attemptId: null,
    name,
    quantity,
    price,
    currency,
    available,
    holdExpiresAt: null,
  };
}
