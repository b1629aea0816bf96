import type { Answer, Attempt, Calls, Sale } from './dropgate-client.js';
import type { ServerClock } from './server-clock.js';
import { EMPTY_ROOM, isLive, isNews, type News, type Room, reduce } from './waiting-room.js';

/** What one page hears of one sale, from the socket and from what it asks, put into one room. */
export class SaleNews {
  readonly saleId: string;
  readonly clock: ServerClock;
  readonly #calls: Calls;
  readonly #changed: () => void;
  #room: Room = EMPTY_ROOM;
  #checking = false;

  constructor(saleId: string, clock: ServerClock, calls: Calls, changed: () => void) {
    this.saleId = saleId;
    this.clock = clock;
    this.#calls = calls;
    this.#changed = changed;
  }

  get room(): Room {
    return this.#room;
  }

  tell(news: News): void {
    const next = reduce(this.#room, news);
    if (next === this.#room) return;
    this.#room = next;
    this.#changed();
  }

  hearSale(sale: Sale): void {
    if (sale.id !== this.saleId) return;
    this.clock.learn(sale.serverTime);
    this.tell({ type: 'sale', sale });
  }

  hearAttempt(attempt: Attempt): void {
    if (attempt.saleId !== this.saleId) return;
    const shown = this.#room.attempt;
    this.tell({ type: 'attempt', attempt });
    if (shown !== null && shown.id !== attempt.id && !isNews(shown, attempt)) void this.check();
  }

  /** The buyer's attempts, oldest first: the live one counts, else the last. */
  hearSnapshot(attempts: readonly Attempt[]): void {
    const own = attempts.filter((attempt) => attempt.saleId === this.saleId);
    const latest = own.findLast(isLive) ?? own.at(-1);
    if (latest) this.hearAttempt(latest);
    const shown = this.#room.attempt;
    if (shown !== null && !own.some((attempt) => attempt.id === shown.id)) void this.check();
  }

  /** Asks whether the shown attempt still exists: lost data, or another identity, may have cost it. */
  async check(): Promise<void> {
    const shown = this.#room.attempt;
    if (shown === null || this.#checking) return;
    this.#checking = true;
    const answer = await this.askAttempt(shown.id);
    this.#checking = false;
    if (answer.kind === 'problem' && answer.problem.status === 404) await this.askSnapshot();
  }

  async askSale(): Promise<Answer<Sale>> {
    const answer = await this.#calls.getSale(this.saleId);
    if (answer.kind === 'ok') this.hearSale(answer.body);
    if (answer.kind === 'problem' && answer.problem.status === 404) this.tell({ type: 'no-sale' });
    return answer;
  }

  async askAttempt(id: string): Promise<Answer<Attempt>> {
    const answer = await this.#calls.getAttempt(id);
    if (answer.kind === 'ok') this.hearAttempt(answer.body);
    if (answer.kind === 'problem' && answer.problem.status === 404) {
      this.tell({ type: 'attempt-lost', id });
    }
    return answer;
  }

  async askSnapshot(): Promise<Answer<unknown>> {
    const answer = await this.#calls.listAttempts({ saleId: this.saleId });
    if (answer.kind === 'ok') this.hearSnapshot(answer.body.items);
    if (answer.kind === 'problem' && answer.problem.status === 401) {
      this.tell({ type: 'refused', code: answer.problem.code });
    }
    return answer;
  }
}
