import MiniSearch, { type Query } from 'minisearch';
import type { Product } from '../../core/contract.js';
import { endsOf, swapsOf, wordsOf } from './words.js';

/** How much of a description is searched. */
const DESCRIPTION_LIMIT = 1_000;

/** Results that a search looks through; what ranks lower is not worth a page. */
const RESULT_LIMIT = 1_000;

/** Words of a query that count. */
const QUERY_WORDS = 12;

type Indexed = Pick<Product, 'id' | 'name' | 'description'>;

const FIELDS = ['name', 'nameEnds', 'description', 'descriptionEnds'];

/** A word of the name weighs most; what stands in the middle of a compound, less. */
const BOOST = { name: 8, nameEnds: 4, description: 1.5, descriptionEnds: 1 };

function extract(product: Indexed, field: string): string {
  if (field === 'id') return product.id;
  if (field.startsWith('name')) return product.name;
  return product.description.slice(0, DESCRIPTION_LIMIT);
}

function tokenize(text: string, field?: string): string[] {
  return field?.endsWith('Ends') ? endsOf(text) : wordsOf(text);
}

/** No error in short words, one in middling ones, two at most. */
function errorsAllowed(word: string): number | false {
  if (word.length < 4) return false;
  return word.length < 7 ? 1 : 2;
}

/** A word, or what it becomes when two of its letters change places. */
function withSwaps(word: string): Query {
  if (word.length < 4) return word;
  return { queries: [word, { queries: swapsOf(word), fuzzy: false }], combineWith: 'OR' };
}

/** Every product, searchable in this gateway's memory. */
export class ProductIndex {
  readonly #index = new MiniSearch<Indexed>({
    fields: FIELDS,
    extractField: extract,
    tokenize,
    processTerm: (term) => term,
  });

  get size(): number {
    return this.#index.documentCount;
  }

  /** Takes in a new or changed product. */
  put({ id, name, description }: Indexed): void {
    const product = { id, name, description };
    if (this.#index.has(id)) this.#index.discard(id);
    this.#index.add(product);
  }

  /** Ids of what fits best, best first, at most a thousand. */
  search(query: string): string[] {
    const words = wordsOf(query).slice(0, QUERY_WORDS);
    if (words.length === 0) return [];
    let found = this.#find(words, 'AND');
    if (found.length === 0) found = this.#find(words.map(withSwaps), 'AND');
    // No product has all the words: those that have most of them.
    if (found.length === 0) found = this.#find(words, 'OR');
    return found.slice(0, RESULT_LIMIT).map(({ id }) => id as string);
  }

  #find(queries: Query[], combineWith: 'AND' | 'OR') {
    return this.#index.search(
      { queries, combineWith },
      {
        boost: BOOST,
        prefix: true,
        fuzzy: errorsAllowed,
        weights: { fuzzy: 0.2, prefix: 0.6 },
        tokenize: (text) => [text],
      },
    );
  }
}
