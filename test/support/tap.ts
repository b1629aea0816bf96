import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** When something goes by: before the server has it, or when its answer comes back. */
export type Moment = 'before' | 'after';

interface Trap {
  readonly needle: RegExp;
  readonly moment: Moment;
  /** What is to happen; while it does, the connection stands still. `cut`: nothing goes on. */
  readonly act: () => Promise<'cut' | 'go on'>;
  readonly sprung: (error?: unknown) => void;
}

/**
 * A wire between a process and its Redis or MySQL that can be listened to: when a statement or a
 * script call goes by for which a trap is set, something happens right before the server has it,
 * or right before its answer arrives.
 */
export class Tap {
  /** The server's address, by way of the tap. */
  readonly url: string;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
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
    act: () => Promise<'cut' | 'go on'> = async () => 'cut',
  ): Promise<void> {
    return new Promise((resolve, reject) => {
      const sprung = (error?: unknown) => (error === undefined ? resolve() : reject(error));
      this.#traps.push({ needle, moment, act, sprung });
    });
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #join(near: Socket, { hostname, port }: URL): void {
    const far = connect(Number(port), hostname);
    const cut = () => {
      near.destroy();
      far.destroy();
    };
    for (const socket of [near, far]) {
      this.#sockets.add(socket);
      socket.on('error', cut);
      socket.on('close', () => {
        this.#sockets.delete(socket);
        cut();
      });
    }
    // What was asked and waits for its answer to come back.
    let awaited: Trap | null = null;
    near.on('data', (chunk) => {
      const trap = this.#take(chunk);
      if (trap?.moment === 'before') return this.#act(trap, cut, near, () => far.write(chunk));
      if (trap) awaited = trap;
      far.write(chunk);
    });
    far.on('data', (chunk) => {
      const trap = awaited;
      awaited = null;
      if (trap) this.#act(trap, cut, far, () => near.write(chunk));
      else near.write(chunk);
    });
  }

  #take(chunk: Buffer): Trap | undefined {
    if (this.#traps.length === 0) return undefined;
    const text = chunk.toString('latin1');
    const found = this.#traps.find(({ needle }) => needle.test(text));
    this.#traps = this.#traps.filter((trap) => trap !== found);
    return found;
  }

  /** Nothing more is read from `stopped` until the trap's act is over. */
  #act(trap: Trap, cut: () => void, stopped: Socket, goOn: () => void): void {
    stopped.pause();
    trap.act().then(
      (end) => {
        if (end === 'cut') cut();
        else {
          goOn();
          stopped.resume();
        }
        trap.sprung();
      },
      (error) => {
        cut();
        trap.sprung(error);
      },
    );
  }
}
