import { setTimeout as sleep } from 'node:timers/promises';
import type { Reply } from '../../support/client.js';
import type { Told } from '../diary.js';
import { AMPLE } from '../run.js';
import { answered, buyerAt, opsAt, untilAttempt } from './errand.js';
import type { Member } from './member.js';
import type { Random } from './random.js';
import type { Stand } from './stand.js';

type Errand = 'confirm' | 'leave' | 'order' | 'restock' | 'configure';

const ERRANDS: readonly Errand[] = ['confirm', 'leave', 'order', 'restock', 'configure'];

/** Between one errand and the next. */
const PAUSE_MS = 120;

/** One of the crowd's buyers with the attempt that it was told of. */
interface Shopper {
  readonly id: string;
  readonly buyer: string;
  readonly told: Told;
}

/** What an answer promised about an attempt, to be held against the ledger. */
interface Promised {
  readonly id: string;
  readonly ticket: number;
  readonly state: 'confirmed' | 'released';
  readonly orderId: string | null;
}

/**
 * Goes on errands for the crowd's buyers, and for the operator of their sale, with retries like
 * any client: confirms, leaves, orders, restocks, changes. Remembers what it was told.
 */
export class Shoppers {
  readonly done: Record<Errand, number> = {
    ...{ confirm: 0, leave: 0, order: 0, restock: 0, configure: 0 },
  };
  readonly #stand: Stand;
  readonly #random: Random;
  readonly #promised: Promised[] = [];
  readonly #served = new Set<string>();
  readonly #ended = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(stand: Stand, random: Random) {
    this.#stand = stand;
    this.#random = random;
  }

  start(): this {
    this.#running = this.#run();
    // A failure is told by `stop`.
    this.#running.catch(() => undefined);
    return this;
  }

  /** Resolves when the last errand is done. */
  async stop(): Promise<void> {
    this.#ended.abort();
    await this.#running;
  }

  /** Goes on one errand of a kind; answers are awaited, at one gateway or the other. */
  async go(errand: Errand): Promise<void> {
    await this[errand]();
    this.done[errand] += 1;
  }

  /** What was promised and is not so; to be called once the feed is drained. */
  async broken(): Promise<string[]> {
    const { system, saleId } = this.#stand.run;
    const rows = await system.db('attempts').where({ sale_id: saleId });
    const rowOf = new Map(rows.map((row) => [row.ticket, row]));
    const wrong = this.#promised.flatMap(({ id, ticket, state, orderId }) => {
      const row = rowOf.get(ticket);
      const now = `${row?.state} ${row?.order_id}`;
      return now === `${state} ${orderId}` ? [] : [`${id} is ${now}, not ${state} ${orderId}`];
    });
    const sale = await system.db('sales').where({ id: saleId }).first();
    const total = AMPLE + this.done.restock;
    return sale.total === total ? wrong : [...wrong, `total ${sale.total}, not ${total}`];
  }

  async #run(): Promise<void> {
    while (!this.#ended.signal.aborted) {
      await sleep(PAUSE_MS);
      await this.go(this.#random.pick(ERRANDS));
    }
  }

  async confirm(): Promise<void> {
    const { id, buyer, told } = await this.#next();
    const body = { paymentReference: `paid-${id}` };
    const reply = await this.#ask(buyer, 'POST', `/api/attempts/${id}/confirm`, body);
    this.#keep(told, reply.body.state, reply.body.orderId);
  }

  async leave(): Promise<void> {
    const { id, buyer, told } = await this.#next();
    const reply = await this.#ask(buyer, 'DELETE', `/api/attempts/${id}`);
    this.#keep(told, reply.body.state, null);
  }

  async order(): Promise<void> {
    const { id, buyer, told } = await this.#next();
    const key = { 'idempotency-key': `order-${id}` };
    const body = { paymentReference: `paid-${id}` };
    const reply = await this.#ask(buyer, 'POST', '/api/orders', body, key);
    const line = reply.body.lines?.find((one: { attemptId: string }) => one.attemptId === id);
    if (!line) throw new Error(`an order without its hold: ${JSON.stringify(reply.body)}`);
    this.#keep(told, 'confirmed', reply.body.id);
  }

  async restock(): Promise<void> {
    const key = { 'idempotency-key': `restock-${this.done.restock}` };
    const path = `/api/ops/sales/${this.#stand.run.saleId}/restock`;
    await answered(this.#stand, (gateway) => opsAt(gateway).post(path, { quantity: 1 }, key));
  }

  async configure(): Promise<void> {
    const title = `Title ${this.done.configure}`;
    const path = `/api/ops/sales/${this.#stand.run.saleId}`;
    const { body } = await answered(this.#stand, (gateway) =>
      opsAt(gateway).patch(path, { title }),
    );
    if (body.title !== title) throw new Error(`${title} became ${body.title}`);
  }

  /** The next buyer of the crowd who holds something and was on no errand yet. */
  async #next(): Promise<Shopper> {
    const { crowd } = this.#stand.run;
    for (;;) {
      const { buyer, told } =
        crowd.presses.findLast((press) => press.told && !this.#served.has(press.told.id)) ?? {};
      if (told && buyer) {
        this.#served.add(told.id);
        const { id } = told;
        const attempt = await untilAttempt(this.#stand, { id, buyer }, isDecided);
        if (attempt.state === 'held') return { id, buyer, told };
      }
      await sleep(PAUSE_MS);
    }
  }

  #ask(
    buyer: string,
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Reply> {
    const ask = (gateway: Member) => buyerAt(gateway, buyer).send(method, path, body, headers);
    return answered(this.#stand, ask);
  }

  #keep({ id, ticket }: Told, state: Promised['state'], orderId: string | null): void {
    if (state !== 'confirmed' && state !== 'released') throw new Error(`${id} became ${state}`);
    this.#promised.push({ id, ticket, state, orderId });
  }
}

function isDecided({ state }: { readonly state: string }): boolean {
  return state !== 'waiting' && state !== 'standby';
}
