import type { Socket } from 'node:net';
import { RespSplitter } from './resp.js';
import type { Way, Weather } from './weather.js';

/** What happens to a request, or to the reply to it, right before it goes on. */
export type Act = () => Promise<'cut' | 'go on'>;

/** What is to happen to a request. */
export interface Catch {
  readonly before?: Act;
  readonly after?: Act;
}

/** What comes by, cut into requests and replies. MySQL's client says one thing at a time anyway. */
interface Splitter {
  push(chunk: Buffer): Buffer[];
}

const WHOLE: Splitter = { push: (chunk) => [chunk] };

/** One connection by way of a tap: both ends, and all that is on its way between them, in order. */
export class TappedLine {
  readonly #near: Socket;
  readonly #far: Socket;
  readonly #weather: Weather;
  readonly #caught: (request: Buffer) => Catch | undefined;
  readonly #last: Record<Way, Promise<void>> = { to: Promise.resolve(), from: Promise.resolve() };
  /** What was asked and has no answer yet: with what is to happen then. */
  #asked: (Act | undefined)[] = [];
  readonly #redis: boolean;

  /**
   * @param redis whether requests and replies can be told apart and counted
   * @param caught asked for every request: what is to happen to it
   */
  constructor(
    { near, far }: { readonly near: Socket; readonly far: Socket },
    redis: boolean,
    weather: Weather,
    caught: (request: Buffer) => Catch | undefined,
  ) {
    this.#near = near;
    this.#far = far;
    this.#redis = redis;
    this.#weather = weather;
    this.#caught = caught;
    const splitter = () => (redis ? new RespSplitter() : WHOLE);
    this.#listen('to', near, far, splitter(), (frame) => this.#request(frame));
    this.#listen('from', far, near, splitter(), (frame) => this.#reply(frame));
  }

  /** Ends it at once: what is on its way is lost. */
  cut(): void {
    this.#near.destroy();
    this.#far.destroy();
  }

  #listen(
    way: Way,
    speaker: Socket,
    hearer: Socket,
    splitter: Splitter,
    pass: (frame: Buffer) => Promise<void>,
  ): void {
    speaker.on('error', () => undefined);
    speaker.on('data', (chunk) => {
      for (const frame of splitter.push(chunk)) this.#queue(way, () => pass(frame));
    });
    // An end is told like everything else: in turn, and not at all while nothing passes.
    speaker.once('close', () => {
      this.#queue(way, async () => {
        hearer.end();
      });
    });
  }

  #queue(way: Way, act: () => Promise<void>): void {
    const since = performance.now();
    this.#last[way] = this.#last[way]
      .then(() => this.#weather.pass(way, since))
      .then(act)
      .catch(() => this.cut());
  }

  async #request(frame: Buffer): Promise<void> {
    const caught = this.#caught(frame);
    if (caught?.before && (await caught.before()) === 'cut') return this.cut();
    if (this.#redis) this.#asked.push(caught?.after);
    else if (caught?.after) this.#asked = [caught.after];
    if (!this.#far.destroyed) this.#far.write(frame);
  }

  async #reply(frame: Buffer): Promise<void> {
    const act = this.#asked.shift();
    if (act && (await act()) === 'cut') return this.cut();
    if (!this.#near.destroyed) this.#near.write(frame);
  }
}
