import type { Product } from '../../core/contract.js';
import { CATALOG_KEY } from '../../core/keys.js';
import type { Log } from '../../core/log.js';
import { pause } from '../../core/pause.js';
import { closeRedis, type RedisClient } from '../../core/redis.js';
import type { ProductStore } from '../../core/stores/products.js';

/** Entries that the catalog's stream keeps: gateways read it at once, or load products anew. */
const KEPT = 1_000;

/** Products that one gateway remembers. */
const CACHE_LIMIT = 10_000;

const BLOCK_MS = 1_000;
const RETRY_MS = 200;

/**
 * The products as this gateway remembers them. MySQL holds them; a stream in Redis tells all
 * gateways which one changed.
 */
export class Catalog {
  readonly #redis: RedisClient;
  readonly #store: ProductStore;
  readonly #log: Log;
  readonly #cache = new Map<string, Product>();
  readonly #onChange: (product: Product) => void;

  constructor(
    redis: RedisClient,
    store: ProductStore,
    log: Log,
    onChange: (product: Product) => void,
  ) {
    this.#redis = redis;
    this.#store = store;
    this.#log = log;
    this.#onChange = onChange;
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
    const fields = ['productId', product.id, 'version', product.version];
    await this.#redis.xadd(CATALOG_KEY, 'MAXLEN', '~', KEPT, '*', ...fields).catch((error) => {
      this.#log.warn({ productId: product.id, error: error.message }, 'change not announced');
    });
  }

  /** Follows the stream until the signal. `tail` blocks: it belongs to this catalog alone. */
  async run(tail: RedisClient, signal: AbortSignal): Promise<void> {
    signal.addEventListener('abort', () => tail.disconnect(), { once: true });
    let at: string | null = null;
    while (!signal.aborted) {
      try {
        at = await this.#follow(tail, at ?? (await this.#newest(tail)));
      } catch (error) {
        if (signal.aborted) break;
        this.#log.warn({ error: (error as Error).message }, 'catalog tail');
        // What was missed meanwhile is unknown: forget all, it is loaded anew when asked for.
        this.#cache.clear();
        await pause(RETRY_MS, signal);
      }
    }
    await closeRedis(tail);
  }

  /** Not `$`: each read would begin anew, and what comes between two of them would be missed. */
  async #newest(tail: RedisClient): Promise<string> {
    const [entry] = await tail.xrevrange(CATALOG_KEY, '+', '-', 'COUNT', 1);
    return entry?.[0] ?? '0-0';
  }

  async #follow(tail: RedisClient, at: string): Promise<string> {
    const reply = await tail.xread('BLOCK', BLOCK_MS, 'STREAMS', CATALOG_KEY, at);
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
  }
}
