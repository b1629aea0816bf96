import type { Clock } from '../clock.js';
import type { Database } from '../database.js';

/** Ordinary goods that a buyer has put into the cart. */
export interface CartItem {
  readonly productId: string;
  readonly quantity: number;
}

interface Row {
  buyer_id: string;
  product_id: string;
  quantity: number;
  added_at: number;
}

/** The carts in MySQL: they follow the buyer over devices. */
export class CartStore {
  readonly #db: Database;
  readonly #clock: Clock;

  constructor(db: Database, clock: Clock) {
    this.#db = db;
    this.#clock = clock;
  }

  /** A buyer's items, in the order in which they were put in. */
  async items(buyerId: string): Promise<CartItem[]> {
    const rows = await this.#db<Row>('cart_items')
      .where({ buyer_id: buyerId })
      .orderBy(['added_at', 'product_id']);
    return rows.map(({ product_id, quantity }) => ({ productId: product_id, quantity }));
  }

  /** Puts a product in, or changes its quantity. */
  async put(buyerId: string, { productId, quantity }: CartItem): Promise<void> {
    await this.#db<Row>('cart_items')
      .insert({ buyer_id: buyerId, product_id: productId, quantity, added_at: this.#clock() })
      .onConflict(['buyer_id', 'product_id'])
      .merge(['quantity']);
  }

  async remove(buyerId: string, productId: string): Promise<void> {
    await this.#db<Row>('cart_items').where({ buyer_id: buyerId, product_id: productId }).delete();
  }
}
