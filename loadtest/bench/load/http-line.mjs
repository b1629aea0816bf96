import { connect } from 'node:net';
import { ResponseParser } from './response-parser.mjs';

/**
 * One kept-alive connection with one request at a time. Prebuilt bytes on a bare socket: undici
 * and node:http take more CPU for a request than the servers under test.
 */
export class HttpLine {
  #socket;
  #parser = new ResponseParser();
  #settle = null;
  #failed = null;

  /** @param {string} url */
  constructor(url) {
    const { hostname, port } = new URL(url);
    this.#socket = connect(Number(port), hostname).setNoDelay(true);
    this.#socket.on('data', (chunk) => this.#read(chunk));
    this.#socket.on('error', (error) => this.#fail(error));
    this.#socket.on('close', () => this.#fail(new Error('the connection was closed')));
  }

  /** @param {Buffer | string} request @returns {Promise<{status: number, retryAfter: number | null, body: string}>} */
  ask(request) {
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
      if (this.#failed) this.#fail(this.#failed);
      else this.#socket.write(request);
    });
  }

  close() {
    this.#socket.destroy();
  }

  #read(chunk) {
    try {
      const answer = this.#parser.push(chunk);
      if (!answer) return;
      const settle = this.#settle;
      this.#settle = null;
      settle?.resolve(answer);
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error) {
    this.#failed ??= error;
    const settle = this.#settle;
    this.#settle = null;
    settle?.reject(error);
  }
}
