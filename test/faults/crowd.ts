import { setTimeout as sleep } from 'node:timers/promises';
import { mint } from '../support/system.js';
import { type Act, type Diary, type Exchange, isDefinite, type Press, type Told } from './diary.js';
import { type Hands, liveToTheEnd } from './life.js';
import { send } from './wire.js';

export interface Manners {
  /** Buyers who press at the same time. */
  readonly atOnce?: number;
  /** Milliseconds between one buyer and the next of the same place; bounds the load. */
  readonly thinkMs?: number;
  readonly limit?: number;
  /** How long a buyer goes on with the same key when there is no definite answer. */
  readonly patienceMs?: number;
  readonly quantityOf?: (buyer: number) => number;
  /** Every so manieth buyer presses twice at once, at different gateways and with different keys. */
  readonly twiceEvery?: number;
  /** Only pressing Buy, or all that follows: confirming, releasing, expiring, buying again. */
  readonly life?: 'press' | 'whole';
}

interface Wish {
  readonly method: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** A phone's pause before the same press is sent again. */
const RETRY_MS = 40;

/** How many attempts are read at the same time in the end. */
const READS_AT_ONCE = 16;

/** Buyers of one sale: each presses Buy, keeps a diary, and is nobody's friend. */
export class Crowd implements Diary {
  readonly presses: Press[] = [];
  readonly looks: Exchange[] = [];
  readonly acts: Act[] = [];
  readonly saleId: string;
  /** Gateways; may be changed while the crowd is at work. */
  urls: readonly string[];
  readonly #manners: Required<Manners>;
  readonly #tokens = new Map<string, string>();
  readonly #waiters = new Set<{ readonly enough: number; readonly done: () => void }>();
  #places: Promise<void>[] = [];
  #next = 0;
  #served = 0;
  #ending = false;

  constructor(urls: readonly string[], saleId: string, manners: Manners = {}) {
    this.urls = urls;
    this.saleId = saleId;
    this.#manners = {
      atOnce: 8,
      thinkMs: 15,
      limit: Number.POSITIVE_INFINITY,
      patienceMs: 30_000,
      quantityOf: () => 1,
      twiceEvery: 10,
      life: 'press',
      ...manners,
    };
  }

  /** The buyers' own clock. */
  get now(): number {
    return performance.now();
  }

  /** Buyers who have done with pressing. */
  get served(): number {
    return this.#served;
  }

  start(): this {
    this.#places = Array.from({ length: this.#manners.atOnce }, () => this.#place());
    return this;
  }

  /** Resolves when so many more buyers have done with pressing. */
  async untilMore(buyers: number): Promise<void> {
    const enough = this.#served + buyers;
    await new Promise<void>((done) => this.#waiters.add({ enough, done }));
  }

  /** No new buyer comes; resolves when those who are there have their answers. */
  async stop(): Promise<void> {
    this.#ending = true;
    await Promise.all(this.#places);
  }

  /** Resolves when the last buyer of the limit is served. */
  async untilAllServed(): Promise<void> {
    await Promise.all(this.#places);
  }

  /** Every buyer with an attempt looks at it once more. */
  async lookAtAll(): Promise<void> {
    const mine = new Map<string, string>();
    for (const { buyer, told } of this.presses) if (told) mine.set(told.id, buyer);
    const left = [...mine];
    const reader = async () => {
      for (let next = left.pop(); next; next = left.pop()) await this.#look(next[1], next[0]);
    };
    await Promise.all(Array.from({ length: READS_AT_ONCE }, reader));
  }

  async #place(): Promise<void> {
    while (!this.#ending && this.#next < this.#manners.limit) {
      const buyer = this.#next;
      this.#next += 1;
      await this.#shop(buyer);
      this.#served += 1;
      for (const waiter of this.#waiters) {
        if (this.#served < waiter.enough) continue;
        this.#waiters.delete(waiter);
        waiter.done();
      }
      if (this.#manners.thinkMs > 0) await sleep(Math.random() * 2 * this.#manners.thinkMs);
    }
  }

  async #shop(buyer: number): Promise<void> {
    const name = `buyer-${buyer}`;
    const { twiceEvery } = this.#manners;
    const twice = twiceEvery > 0 && buyer % twiceEvery === 0;
    const [press] = await Promise.all([
      this.#pressUntilAnswered(buyer, `${name}-a`, 0),
      twice ? this.#pressUntilAnswered(buyer, `${name}-b`, 1) : undefined,
    ]);
    if (press.told && this.#manners.life === 'whole') {
      return liveToTheEnd(this.#handsOf(buyer), buyer, press.told);
    }
    // A look in between: what it tells must not be taken back later.
    if (press.told && buyer % 3 === 0) await this.#look(name, press.told.id);
  }

  /** Sends one wish again and again, with one key, to one gateway after the other. */
  async #pressUntilAnswered(buyer: number, key: string, shift: number): Promise<Press> {
    const quantity = this.#manners.quantityOf(buyer);
    const until = this.now + this.#manners.patienceMs;
    for (let at = buyer + shift; ; at += 1) {
      const url = this.urls[at % this.urls.length];
      const path = `${url}/api/sales/${this.saleId}/attempts`;
      const body = JSON.stringify({ quantity });
      const headers = { 'content-type': 'application/json', 'idempotency-key': key };
      const answer = await this.#ask(`buyer-${buyer}`, path, { method: 'POST', body, headers });
      const press = { ...answer, key };
      this.presses.push(press);
      if (isDefinite(press) || this.now >= until) return press;
      await sleep(RETRY_MS);
    }
  }

  #handsOf(buyer: number): Hands {
    const name = `buyer-${buyer}`;
    return {
      pressAgain: () => this.#pressUntilAnswered(buyer, `${name}-again`, 0),
      look: (id) => this.#look(name, id),
      release: (attemptId) => this.#act(name, { kind: 'release', attemptId, reference: '' }),
      confirm: (attemptId, reference) => {
        return this.#act(name, { kind: 'confirm', attemptId, reference });
      },
    };
  }

  /** Confirms or releases an attempt, again and again until there is a definite answer. */
  async #act(buyer: string, what: Pick<Act, 'kind' | 'attemptId' | 'reference'>): Promise<Act> {
    const until = this.now + this.#manners.patienceMs;
    const confirms = what.kind === 'confirm';
    const wish: Partial<Wish> = confirms
      ? {
          method: 'POST',
          body: JSON.stringify({ paymentReference: what.reference }),
          headers: { 'content-type': 'application/json' },
        }
      : { method: 'DELETE' };
    for (let at = this.acts.length; ; at += 1) {
      const url = `${this.urls[at % this.urls.length]}/api/attempts/${what.attemptId}`;
      const answer = await this.#ask(buyer, confirms ? `${url}/confirm` : url, wish);
      const act = { ...answer, ...what };
      this.acts.push(act);
      if (isDefinite(act) || this.now >= until) return act;
      await sleep(RETRY_MS);
    }
  }

  async #look(buyer: string, attemptId: string): Promise<Exchange> {
    const until = this.now + this.#manners.patienceMs;
    for (let at = this.looks.length; ; at += 1) {
      const path = `${this.urls[at % this.urls.length]}/api/attempts/${attemptId}`;
      const look = await this.#ask(buyer, path, {});
      this.looks.push(look);
      if (isDefinite(look) || this.now >= until) return look;
      await sleep(RETRY_MS);
    }
  }

  async #ask(buyer: string, url: string, what: Partial<Wish>): Promise<Exchange> {
    const headers = { ...what.headers, authorization: `Bearer ${this.#tokenOf(buyer)}` };
    const sentAt = this.now;
    try {
      const { status, retryAfter, body } = await send(url, { ...what, headers });
      const told: Told | null = status < 300 ? body : null;
      const code: string | null = body.code ?? null;
      return { buyer, sentAt, answeredAt: this.now, status, code, retryAfter, told };
    } catch {
      const none = { status: null, code: null, retryAfter: null, told: null };
      return { buyer, sentAt, answeredAt: this.now, ...none };
    }
  }

  #tokenOf(buyer: string): string {
    const known = this.#tokens.get(buyer) ?? mint({ sub: buyer });
    this.#tokens.set(buyer, known);
    return known;
  }
}
