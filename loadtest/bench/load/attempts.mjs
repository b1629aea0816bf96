import { percentile } from '../../verdict/figures.mjs';
import { countInversions } from '../../verdict/order.mjs';

const UNDECIDED = new Set(['waiting', 'standby']);

/**
 * The log of one run: what each attempt's buyer did and was told, in flat arrays, since it is
 * written while the clock runs. Every buyer enters every sale once: one sale after the other, or, if
 * they are to be `mixed`, each buyer all sales in turn.
 */
export class Attempts {
  /** @param {{saleIds: string[], buyers: number, count: number, mixed?: boolean}} plan */
  constructor({ saleIds, buyers, count, mixed = false }) {
    this.saleIds = saleIds;
    this.mixed = mixed;
    this.buyers = buyers;
    this.count = count;
    this.places = new Map(saleIds.map((id, place) => [id, place]));
    this.sentAt = new Float64Array(count).fill(Number.NaN);
    this.answeredAt = new Float64Array(count).fill(Number.NaN);
    this.resultAt = new Float64Array(count).fill(Number.NaN);
    this.status = new Uint16Array(count);
    this.ticket = new Float64Array(count);
    this.state = new Array(count).fill(null);
    this.toldTwoThings = 0;
    this.decided = 0;
    this.accepted = 0;
    this.refused = 0;
    /** Answered 503 or 429, and sent again when it was time. */
    this.retried = 0;
  }

  /** @param {number} i */
  saleOf(i) {
    return this.saleIds[this.#placeOf(i)];
  }

  /** @param {number} i */
  buyerOf(i) {
    return this.mixed ? Math.floor(i / this.saleIds.length) : i % this.buyers;
  }

  #placeOf(i) {
    return this.mixed ? i % this.saleIds.length : Math.floor(i / this.buyers);
  }

  /** @param {number} i @param {number} status @param {any} attempt */
  answered(i, status, attempt) {
    this.answeredAt[i] = performance.now();
    this.status[i] = status;
    if (attempt?.ticket || attempt?.id > 0) this.ticket[i] = attempt.ticket ?? attempt.id;
    if (status < 300) this.accepted += 1;
    else this.refused += 1;
    // An answer that is a decision already.
    if (attempt?.state && !UNDECIDED.has(attempt.state)) this.told(i, attempt);
    else if (status >= 300) this.told(i, { state: attempt?.code ?? `status ${status}` });
  }

  /** A push, to the buyer with this number. @param {number} buyer @param {any} attempt */
  pushed(buyer, attempt) {
    const place = this.places.get(attempt.saleId);
    if (place === undefined || UNDECIDED.has(attempt.state)) return;
    const i = this.mixed ? buyer * this.saleIds.length + place : place * this.buyers + buyer;
    if (!this.ticket[i] && attempt.ticket) this.ticket[i] = attempt.ticket;
    this.told(i, attempt);
  }

  /** @param {number} i @param {{state: string}} attempt */
  told(i, { state }) {
    if (this.state[i] === null) {
      this.state[i] = state;
      this.resultAt[i] = performance.now();
      this.decided += 1;
    } else if (this.state[i] !== state) this.toldTwoThings += 1;
  }

  summary() {
    const { count, accepted, refused, retried, decided, toldTwoThings } = this;
    return {
      count,
      accepted,
      refused,
      retried,
      decided,
      toldTwoThings,
      states: countEach(this.state),
      statuses: countEach([...this.status]),
      startedAt: performance.timeOrigin + this.sentAt[0],
      answeredMs: latest(this.answeredAt, this.sentAt[0]) - this.sentAt[0],
      resultsMs: latest(this.resultAt, this.sentAt[0]) - this.sentAt[0],
      clickToAnswer: spreadOf(this.sentAt, this.answeredAt),
      clickToResult: spreadOf(this.sentAt, this.resultAt),
      ...this.#order(),
    };
  }

  /** When each ticket's buyer knew the result, in milliseconds since the epoch. */
  resultTimes() {
    const { ticket, resultAt } = this;
    return [...ticket].map((number, i) => [number, performance.timeOrigin + resultAt[i]]);
  }

  /** Tickets are of a sale: pairs of two sales have no order. */
  #order() {
    if (!this.ticket.some((ticket) => ticket > 0)) return { inversions: null, ticketsTwice: null };
    const bySale = this.saleIds.map(() => []);
    for (let i = 0; i < this.count; i += 1) {
      if (!this.ticket[i]) continue;
      const times = { clickedAt: this.sentAt[i], acceptedAt: this.answeredAt[i] };
      bySale[this.#placeOf(i)].push({ ...times, ticket: this.ticket[i] });
    }
    let inversions = 0;
    let ticketsTwice = 0;
    for (const buyers of bySale) {
      inversions += countInversions(buyers);
      ticketsTwice += buyers.length - new Set(buyers.map(({ ticket }) => ticket)).size;
    }
    return { inversions, ticketsTwice };
  }
}

function countEach(values) {
  const counts = {};
  for (const value of values) counts[value ?? 'none'] = (counts[value ?? 'none'] ?? 0) + 1;
  return counts;
}

/** NaN stands for never, and compares as false. */
function latest(times, first) {
  let most = first;
  for (const at of times) if (at > most) most = at;
  return most;
}

/** Milliseconds of those who got there. */
function spreadOf(from, to) {
  const times = [...to].map((at, i) => at - from[i]).filter((ms) => !Number.isNaN(ms));
  return { p50: percentile(times, 50), p99: percentile(times, 99), max: percentile(times, 100) };
}
