import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';

/** Redis's answer to TIME: two bulk strings, ten digits of seconds and the microseconds. */
const TIME_REPLY = /(\*2\r\n\$10\r\n)(\d{10})(?=\r\n\$[1-6]\r\n\d{1,6}\r\n)/g;

/**
 * A way to Redis on which its time can be stepped, as an administrator or a bad clock would: all
 * but the answers to TIME goes through as it is.
 */
export class ShiftedTime {
  readonly url: string;
  /** Seconds by which the time is wrong. */
  shift = 0;
  readonly #server: Server;

  private constructor(server: Server, target: URL) {
    this.#server = server;
    const url = new URL(target);
    url.port = String((server.address() as AddressInfo).port);
    this.url = url.href;
  }

  static async open(target: string): Promise<ShiftedTime> {
    const to = new URL(target);
    const server = createServer((near) => {
      const far = connect(Number(to.port), to.hostname);
      const cut = () => {
        near.destroy();
        far.destroy();
      };
      for (const socket of [near, far]) socket.on('error', cut).on('close', cut);
      near.on('data', (chunk) => far.write(chunk));
      far.on('data', (chunk) => near.write(shifted.#step(chunk)));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const shifted = new ShiftedTime(server, to);
    return shifted;
  }

  close(): void {
    this.#server.close();
  }

  #step(chunk: Buffer): Buffer {
    if (this.shift === 0) return chunk;
    const text = chunk.toString('latin1');
    const stepped = text.replace(
      TIME_REPLY,
      (_all, head, seconds) => head + String(Number(seconds) + this.shift),
    );
    return Buffer.from(stepped, 'latin1');
  }
}
