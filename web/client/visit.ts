import type { HttpCalls } from './calls.js';
import type { RoomState, SaleRoom, Stop, TimeToGo } from './dropgate-client.js';
import type { LiveSocket } from './live-socket.js';
import { storageKey } from './pending.js';
import { askAgainAfter, stateOf } from './phase.js';
import { Poller } from './poller.js';
import { Purchase } from './purchase.js';
import { SaleNews } from './sale-news.js';
import type { ServerClock } from './server-clock.js';
import { statesOf } from './states.js';
import { readStored, writeStored } from './storage.js';

/** What changes by the clock alone, such as an opening, is noticed this soon. */
const BEAT_MS = 250;

interface Kept {
  readonly attemptId: string;
  readonly promise: TimeToGo;
}

/** One page's visit to one sale: listens by socket, asks without one, and tells the page. */
export class Visit implements SaleRoom {
  readonly saleId: string;
  readonly #clock: ServerClock;
  readonly #socket: LiveSocket;
  readonly #news: SaleNews;
  readonly #purchase: Purchase;
  readonly #poller: Poller;
  readonly #listeners = new Set<(state: RoomState) => void>();
  readonly #ends: Stop[] = [];
  readonly #onClose: () => void;
  #state: RoomState;
  /** The socket is there and watches this sale. */
  #up = false;
  #heardAt = performance.now();
  /** So that pages do not ask in step. */
  readonly #spread = 1 + Math.random() / 2;

  constructor(
    saleId: string,
    parts: { clock: ServerClock; calls: HttpCalls; socket: LiveSocket },
    onClose: () => void,
  ) {
    this.saleId = saleId;
    this.#clock = parts.clock;
    this.#socket = parts.socket;
    this.#onClose = onClose;
    this.#news = new SaleNews(saleId, parts.clock, parts.calls, () => this.#changed());
    this.#purchase = new Purchase(this.#news, parts.calls);
    this.#poller = new Poller(this.#news, () => this.#up);
    this.#state = stateOf(this.#news.room, this.#clock.now());
    this.#open();
  }

  get state(): RoomState {
    return this.#state;
  }

  subscribe(listener: (state: RoomState) => void): Stop {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  states(): AsyncIterableIterator<RoomState> {
    return statesOf(this, (stop) => this.#ends.push(stop));
  }

  join(quantity = 1): Promise<void> {
    return this.#purchase.join(quantity);
  }

  leave(): Promise<void> {
    return this.#purchase.leave();
  }

  confirm(paymentReference: string): Promise<void> {
    return this.#purchase.confirm(paymentReference);
  }

  stopTrying(): void {
    this.#purchase.stop();
  }

  close(): void {
    this.#purchase.stop();
    this.#poller.stop();
    for (const end of this.#ends.splice(0)) end();
    this.#listeners.clear();
    this.#onClose();
  }

  #open(): void {
    this.#poller.start();
    this.#ends.push(
      this.#socket.watch(this.saleId, {
        up: (up) => this.#heardLink(up),
        sale: (sale) => {
          this.#heardAt = performance.now();
          this.#news.hearSale(sale);
        },
        attempt: (attempt) => this.#news.hearAttempt(attempt),
        attempts: (attempts) => this.#news.hearSnapshot(attempts),
      }),
    );
    const beat = setInterval(() => this.#beat(), BEAT_MS);
    this.#ends.push(() => clearInterval(beat));
    this.#hear(window, 'online', () => this.#socket.hurry());
    this.#hear(window, 'offline', () => this.#heardLink(false));
    this.#hear(window, 'pageshow', (event) => {
      if ((event as PageTransitionEvent).persisted) this.#wake();
    });
    this.#hear(document, 'visibilitychange', () => {
      if (!document.hidden) this.#wake();
    });
    this.#hear(window, 'storage', (event) => this.#heardTab(event as StorageEvent));
    void this.#purchase.resume();
  }

  #hear(target: EventTarget, event: string, listener: (event: Event) => void): void {
    target.addEventListener(event, listener);
    this.#ends.push(() => target.removeEventListener(event, listener));
  }

  /** The device slept, or the page was away: what the socket missed is asked for at once. */
  #wake(): void {
    this.#socket.hurry();
    void this.#poller.askNow();
  }

  #heardLink(up: boolean): void {
    this.#up = up;
    if (!up) {
      this.#poller.start();
      return;
    }
    this.#poller.stop();
    this.#news.tell({ type: 'link', link: 'live' });
    this.#news.tell({ type: 'recovered' });
  }

  /** Another tab was answered, or has promised a time: all tabs say the same. */
  #heardTab({ key, newValue }: StorageEvent): void {
    if (key === storageKey(this.saleId) && newValue === null) void this.#poller.askNow();
    if (key === this.#promiseKey) this.#adoptPromise();
  }

  get #promiseKey(): string {
    return `dropgate.promise.${this.saleId}`;
  }

  #adoptPromise(): void {
    const { attempt } = this.#news.room;
    const kept = readStored<Kept>(this.#promiseKey);
    if (attempt === null || kept === null || kept.attemptId !== attempt.id) return;
    this.#news.tell({ type: 'promised', id: attempt.id, promise: kept.promise });
  }

  #changed(): void {
    const before = this.#state;
    this.#state = stateOf(this.#news.room, this.#clock.now());
    this.#keepPromise(before);
    for (const listener of this.#listeners) listener(this.#state);
  }

  /** A reload and other tabs go on with what this page was told. */
  #keepPromise(before: RoomState): void {
    const { attempt, phase } = this.#state;
    if (phase !== 'waiting' || attempt === null) return;
    if (before.attempt?.id !== attempt.id || before.phase !== 'waiting')
      return this.#adoptPromise();
    const { promise } = this.#news.room.line;
    if (promise === null) return;
    const kept = readStored<Kept>(this.#promiseKey);
    if (kept?.attemptId === attempt.id && kept.promise.to === promise.to) return;
    writeStored(this.#promiseKey, { attemptId: attempt.id, promise } satisfies Kept);
  }

  #beat(): void {
    const now = this.#clock.now();
    const next = stateOf(this.#news.room, now);
    const same = next.phase === this.#state.phase && next.timeToGo === this.#state.timeToGo;
    if (!same) this.#changed();
    this.#askAgain(now);
  }

  /** Pushes come at most once: what must not be missed is asked for as well. */
  #askAgain(now: number): void {
    const wait = askAgainAfter(this.#news.room, now);
    if (!this.#up || wait === null) return;
    if (performance.now() - this.#heardAt < wait * this.#spread) return;
    this.#heardAt = performance.now();
    this.#poller.start();
  }
}
