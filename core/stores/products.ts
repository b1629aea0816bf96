import type { Product } from '../contract.js';
import type { Database } from '../database.js';

interface Row extends Product {
  created_at: number;
}

/** What an operator sets of a product. */
export type ProductFields = Pick<Product, 'name' | 'description' | 'price' | 'currency' | 'stock'>;

function productOf(row: Row): Product {
  const { id, name, description, price, currency, stock, available, version } = row;
  return { id, name, description, price, currency, stock, available, version };
}

/** Units that are sold already stay sold: `available` moves by as much as `stock` does. */
export type UpdateProductResult =
  | { readonly kind: 'ok'; readonly product: Product }
  | { readonly kind: 'not-found' }
  | { readonly kind: 'stock-in-use'; readonly available: number };

/** The goods in MySQL. */
export class ProductStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async find(id: string): Promise<Product | null> {
    const row = await this.#db<Row>('products').where({ id }).first();
    return row ? productOf(row) : null;
  }

  /** Products by id, after `cursor`. */
  async list(limit: number, cursor: string | null): Promise<Product[]> {
    const query = this.#db<Row>('products').orderBy('id').limit(limit);
    if (cursor !== null) query.where('id', '>', cursor);
    return (await query).map(productOf);
  }

  async create(id: string, fields: ProductFields, createdAt: number): Promise<Product> {
    const product: Product = { id, ...fields, available: fields.stock, version: 1 };
    await this.#db<Row>('products').insert({ ...product, created_at: createdAt });
    return product;
  }

  async update(id: string, fields: Partial<ProductFields>): Promise<UpdateProductResult> {
    return this.#db.transaction(async (trx) => {
      const row = await trx<Row>('products').where({ id }).forUpdate().first();
      if (!row) return { kind: 'not-found' };
      const stock = fields.stock ?? row.stock;
      const available = row.available + stock - row.stock;
      if (available < 0) return { kind: 'stock-in-use', available: row.available };
      const product = productOf({ ...row, ...fields, available, version: row.version + 1 });
      await trx<Row>('products').where({ id }).update(product);
      return { kind: 'ok', product };
    });
  }
}
