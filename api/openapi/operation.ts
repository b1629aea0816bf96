import type { z } from 'zod';
import type { ProblemCode } from '../problems.js';
import type { AnswerName, RequestName } from './components.js';

/** What operations are about, in the order in which /docs shows them. */
export const TAGS = {
  Sessions: 'Who a buyer is. A shop mints tokens for its own customers; guests get one here.',
  Products: 'The goods of the shop, with their ordinary stock.',
  Sales: 'Limited releases of one product, each with a stock and a line of its own.',
  Attempts: "A buyer's place in the line of a sale, from the press on Buy to its end.",
  'Cart and orders': 'Ordinary goods and held goods, ordered together or not at all.',
  Operations: 'For operators and for the server of the shop.',
  Probes: 'For balancers, monitoring and tools.',
} as const;

/** One route as /openapi.json describes it. What follows from `for` and `body` is not said again. */
export interface Operation {
  /** Names the operation in generated clients. */
  readonly id: string;
  readonly summary: string;
  readonly tag: keyof typeof TAGS;
  readonly for: 'anybody' | 'buyers' | 'operators';
  readonly query?: z.ZodObject;
  readonly body?: RequestName;
  /** Whether an Idempotency-Key is honoured or even needed. */
  readonly key?: 'optional' | 'required';
  /** By status, what a success answers: an object, or text of this media type. */
  readonly answers: Readonly<Record<number, AnswerName | `text/${string}` | 'application/json'>>;
  /** Headers of a success that clients go on with. */
  readonly headers?: readonly ('Location' | 'Retry-After')[];
  /** What may go wrong besides what can go wrong with every such route. */
  readonly problems?: readonly ProblemCode[];
}

/** By `METHOD /path`, as in the table of routes. */
export type Operations = Readonly<Record<string, Operation>>;
