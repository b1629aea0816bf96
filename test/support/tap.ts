import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { type Act, type Catch, TappedLine } from './tapped-line.js';
import { type Way, Weather } from './weather.js';

/** When something goes by: before the server has it, or when its answer comes back. */
export type Moment = 'before' | 'after';

interface Trap {
  readonly needle: RegExp;
  /** How many that fit go by before it springs. */
  skip: number;
  readonly moment: Moment;
  /** What is to happen; while it does, the connection stands still. `cut`: nothing goes on. */
  readonly act: Act;
  readonly sprung: (error?: unknown) => void;
}

/**
 * A wire between a process and its Redis or MySQL that can be listened to and be bad: when a
 * statement or a script call goes by for which a trap is set, something happens right before the
 * server has it, or right before its answer arrives; and all that goes by can be late, be held
 * back, or be cut off.
 */
export class Tap {
  /** The server's address, by way of the tap. */
  readonly url: string;
  readonly #server: Server;
  readonly #lines = new Set<TappedLine>();
  readonly #weather = new Weather();
  #traps: Trap[] = [];

  private constructor(server: Server, target: URL) {
    this.#server = server;
    const url = new URL(target);
    url.hostname = '127.0.0.1';
    url.port = String((server.address() as AddressInfo).port);
    this.url = url.href;
  }

  /** @param target the server's address, such as `redis://127.0.0.1:6379/9` */
  static async open(target: string): Promise<Tap> {
    const url = new URL(target);
    const server = createServer((near) => tap.#join(near, url));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const tap = new Tap(server, url);
    return tap;
  }

  /**
   * Sets a trap for the next request that fits. Resolves once it has sprung and what it does is
   * done.
   */
  spring(
    needle: RegExp,
    moment: Moment,
    act: Act = async () => 'cut',
    { skip = 0 }: { readonly skip?: number } = {},
  ): Promise<void> {
    return new Promise((resolve, reject) => {
      const sprung = (error?: unknown) => (error === undefined ? resolve() : reject(error));
      this.#traps.push({ needle, moment, act, sprung, skip });
    });
  }

  /** The nth request from now on is carried out, but its answer is lost with the connection. */
  loseReply(nth: number): Promise<void> {
    return this.spring(/(?:)/, 'after', undefined, { skip: nth - 1 });
  }

  /** Every connection ends at once; new ones may come. */
  cut(): void {
    for (const line of this.#lines) line.cut();
  }

  /** Everything takes so much longer, each way; 0 ends it. */
  delay(ms: number): void {
    this.#weather.delayMs = ms;
  }

  /** A black hole: connections are taken, and nothing passes these ways, not even their end. */
  hold(ways: readonly Way[]): void {
    this.#weather.hold(ways);
  }

  /** The network is good again. `late`: what was held back arrives now; `lost`: it never does. */
  mend(heldBack: 'late' | 'lost'): void {
    this.#weather.delayMs = 0;
    if (this.#weather.held && heldBack === 'lost') this.cut();
    this.#weather.clear();
  }

  async close(): Promise<void> {
    this.mend('lost');
    this.cut();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #join(near: Socket, { hostname, port, protocol }: URL): void {
    const far = connect(Number(port), hostname);
    const ends = { near, far };
    const redis = protocol.startsWith('redis');
    const line = new TappedLine(ends, redis, this.#weather, (request) => this.#take(request));
    this.#lines.add(line);
    // Held back, it may outlive its near end: it is over when both are.
    let open = 2;
    for (const end of [near, far]) {
      end.once('close', () => {
        open -= 1;
        if (open === 0) this.#lines.delete(line);
      });
    }
  }

  #take(request: Buffer): Catch | undefined {
    if (this.#traps.length === 0) return undefined;
    const text = request.toString('latin1');
    const fitting = this.#traps.filter(({ needle }) => needle.test(text));
    const found = fitting.find(({ skip }) => skip === 0);
    for (const trap of fitting) if (trap.skip > 0) trap.skip -= 1;
    if (!found) return undefined;
    this.#traps = this.#traps.filter((trap) => trap !== found);
    return { [found.moment]: () => actOf(found) };
  }
}

async function actOf({ act, sprung }: Trap): Promise<'cut' | 'go on'> {
  try {
    const end = await act();
    sprung();
    return end;
  } catch (error) {
    sprung(error);
    return 'cut';
  }
}
