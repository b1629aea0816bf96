import { setTimeout as sleep } from 'node:timers/promises';
import { mint } from '../support/system.js';
import type { Press } from './diary.js';
import { HttpLine, type RawAnswer } from './http-line.js';

/** Connections at most; an arrival that finds none free is counted as not sent. */
const LINES_LIMIT = 6_000;

/** A press with the moment at which its buyer wanted to be served, sent or not. */
export interface Arrival extends Press {
  readonly dueAt: number;
}

/**
 * Buyers who come to one sale at one gateway whether or not those before them were served: each is
 * a new one, presses once, and stays away when refused.
 */
export class Arrivals {
  readonly presses: Arrival[] = [];
  readonly #url: string;
  readonly #saleId: string;
  readonly #free: HttpLine[] = [];
  readonly #host: string;
  #lines = 0;
  #next = 0;
  #requests: string[] = [];

  constructor(url: string, saleId: string) {
    this.#url = url;
    this.#saleId = saleId;
    this.#host = new URL(url).host;
  }

  /** So many buyers press, one after the other, at each of so many places: for the capacity. */
  async takingTurns(places: number, ms: number): Promise<Arrival[]> {
    const from = this.presses.length;
    const until = performance.now() + ms;
    const place = async () => {
      while (performance.now() < until) await this.#press(performance.now());
    };
    await Promise.all(Array.from({ length: places }, place));
    return this.presses.slice(from);
  }

  /** Buyers come at a fixed rate, so many a second; resolves when all have their answers. */
  async atRate(perSecond: number, ms: number): Promise<{ arrivals: Arrival[]; notSent: number }> {
    const from = this.presses.length;
    this.#prepare(Math.ceil((perSecond * ms) / 1_000));
    const all: Promise<void>[] = [];
    let notSent = 0;
    const start = performance.now();
    for (let due = 0; due < (perSecond * ms) / 1_000; ) {
      const now = performance.now() - start;
      for (; due <= (now * perSecond) / 1_000 && due < (perSecond * ms) / 1_000; due += 1) {
        if (this.#free.length === 0 && this.#lines >= LINES_LIMIT) notSent += 1;
        else all.push(this.#press(start + (due * 1_000) / perSecond));
      }
      await sleep(1);
    }
    await Promise.all(all);
    return { arrivals: this.presses.slice(from), notSent };
  }

  close(): void {
    for (const line of this.#free) line.close();
  }

  /** Signing costs more than sending: it is done before the clock starts. */
  #prepare(count: number): void {
    const first = this.#next;
    this.#requests = Array.from({ length: count }, (_none, i) => this.#requestOf(first + i));
    this.#requests.reverse();
  }

  #requestOf(buyer: number): string {
    return (
      `POST /api/sales/${this.#saleId}/attempts HTTP/1.1\r\nHost: ${this.#host}\r\n` +
      `Authorization: Bearer ${mint({ sub: `buyer-${buyer}` })}\r\n` +
      `Idempotency-Key: buyer-${buyer}\r\nContent-Type: application/json\r\n` +
      'Content-Length: 14\r\n\r\n{"quantity":1}'
    );
  }

  async #press(dueAt: number): Promise<void> {
    const buyer = this.#next;
    this.#next += 1;
    const request = this.#requests.pop() ?? this.#requestOf(buyer);
    const line = this.#free.pop() ?? this.#open();
    const sentAt = performance.now();
    const answer = await line.ask(request);
    if (line.closed) this.#lines -= 1;
    else this.#free.push(line);
    const times = { dueAt, sentAt, answeredAt: performance.now() };
    this.presses.push({
      buyer: `buyer-${buyer}`,
      key: `buyer-${buyer}`,
      ...times,
      ...read(answer),
    });
  }

  #open(): HttpLine {
    this.#lines += 1;
    return new HttpLine(this.#url);
  }
}

function read({ status, retryAfter, text }: RawAnswer) {
  const body = text === '' ? {} : JSON.parse(text);
  const told = status !== null && status < 300 ? body : null;
  return { status, retryAfter, code: (body.code as string | undefined) ?? null, told };
}
