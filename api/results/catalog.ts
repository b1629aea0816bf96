import { announceProduct } from '../../core/catalog-stream.js';
import type { Product } from '../../core/contract.js';
import { CATALOG_KEY } from '../../core/keys.js';
import type { Log } from '../../core/log.js';
import { pause, unlessAborted } from '../../core/pause.js';
import { closeRedis, type RedisClient } from '../../core/redis.js';
import type { ProductStore } from '../../core/stores/products.js';
import type { ProductIndex } from '../search/product-index.js';

/** Products that one gateway remembers. */
const CACHE_LIMIT = 10_000;

const BLOCK_MS = 1_000;
const RETRY_MS = 200;

/** Products read at once while the search index is filled. */
const LOAD_PAGE = 500;

/**
 * The products as this gateway remembers them. MySQL holds them; a stream in Redis tells all
 * gateways which one changed.
 */
export class Catalog {
  readonly #redis: RedisClient;
  readonly #store: ProductStore;
  readonly #log: Log;
  readonly #cache = new Map<string, Product>();
  readonly #index: ProductIndex;
  readonly #onChange: (product: Product) => void;

  constructor(
    redis: RedisClient,
    store: ProductStore,
    log: Log,
    index: ProductIndex,
    onChange: (product: Product) => void,
  ) {
    this.#redis = redis;
    this.#store = store;
    this.#log = log;
    this.#index = index;
    this.#onChange = onChange;
  }

  /** Ids of the products that fit a query, best first. */
  search(query: string): string[] {
    return this.#index.search(query);
  }

  /** The product as remembered, if it is. */
  remembered(id: string): Product | null {
    return this.#cache.get(id) ?? null;
  }

  async find(id: string): Promise<Product | null> {
    const known = this.#cache.get(id);
    if (known) return known;
    const product = await this.#store.find(id);
    if (product) this.#remember(product);
    return product;
  }

  /** Tells all gateways, this one included, that a product is new or changed. */
  async announce(product: Product): Promise<void> {
    this.#remember(product);
    await announceProduct(this.#redis, product.id).catch((error) => {
      this.#log.warn({ productId: product.id, error: error.message }, 'change not announced');
    });
  }

  /** Tells all gateways that something of a product changed in MySQL, such as its stock. */
  async reannounce(productId: string): Promise<void> {
    const product = await this.#store.find(productId);
    if (product) await this.announce(product);
  }

  /** Follows the stream until the signal. `tail` blocks: it belongs to this catalog alone. */
  async run(tail: RedisClient, signal: AbortSignal): Promise<void> {
    signal.addEventListener('abort', () => tail.disconnect(), { once: true });
    // From before the first product is read: what changes meanwhile is read twice, not missed.
    let at = '0-0';
    let complete = false;
    while (!signal.aborted) {
      try {
        if (!complete) {
          at = await this.#newest(tail, signal);
          await this.#loadAll(signal);
          complete = true;
        }
        at = await this.#follow(tail, at, signal);
      } catch (error) {
        if (signal.aborted) break;
        this.#log.warn({ error: (error as Error).message }, 'catalog tail');
        // What was missed meanwhile is unknown: all of it is read anew.
        complete = false;
        await pause(RETRY_MS, signal);
      }
    }
    await closeRedis(tail);
  }

  /** Not `$`: each read would begin anew, and what comes between two of them would be missed. */
  async #newest(tail: RedisClient, signal: AbortSignal): Promise<string> {
    // A client that is disconnected while it reconnects answers nothing (decision 0010).
    const read = tail.xrevrange(CATALOG_KEY, '+', '-', 'COUNT', 1);
    const [last] = (await unlessAborted(read, signal)) ?? [];
    return last?.[0] ?? '0-0';
  }

  /** Reads every product, a page at a time: to be searched, and to be shown with its sale. */
  async #loadAll(signal: AbortSignal): Promise<void> {
    for (let cursor: string | null = null; !signal.aborted; ) {
      const products: Product[] = await this.#store.list(LOAD_PAGE, cursor);
      for (const product of products) {
        this.#index.put(product);
        this.#remember(product);
      }
      cursor = products.at(-1)?.id ?? null;
      if (products.length < LOAD_PAGE) return;
    }
  }

  async #follow(tail: RedisClient, at: string, signal: AbortSignal): Promise<string> {
    const read = tail.xread('BLOCK', BLOCK_MS, 'STREAMS', CATALOG_KEY, at);
    const reply = await unlessAborted(read, signal);
    let last = at;
    for (const [id, fields] of reply?.[0]?.[1] ?? []) {
      last = id;
      const productId = fields?.[1];
      if (productId) await this.#reload(productId);
    }
    return last;
  }

  async #reload(productId: string): Promise<void> {
    const product = await this.#store.find(productId);
    if (!product) return;
    this.#remember(product);
    this.#onChange(product);
  }

  #remember(product: Product): void {
    const known = this.#cache.get(product.id);
    if (known && known.version > product.version) return;
    const [oldest] = this.#cache.keys();
    if (!known && this.#cache.size >= CACHE_LIMIT && oldest) this.#cache.delete(oldest);
    this.#cache.set(product.id, product);
    if (known?.name !== product.name || known.description !== product.description) {
      this.#index.put(product);
    }
  }
}
