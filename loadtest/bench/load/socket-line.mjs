import WebSocket from 'ws';

/** How long a handshake may take; thousands of them come at once. */
const CONNECT_MS = 30_000;
const MOST_TRIES = 20;

/**
 * One buyer's Socket.IO connection, its packets written by hand: `0` open, `2` ping, `40` connect,
 * `42` event, `43` acknowledgement. A whole client each would fill the machine under test.
 */
export class SocketLine {
  #socket;
  #acks = new Map();
  #nextAck = 0;
  #onEvent;
  closed = false;

  /** @param {WebSocket} socket @param {(name: string, body: any) => void} onEvent */
  constructor(socket, onEvent) {
    this.#socket = socket;
    this.#onEvent = onEvent;
    socket.on('close', () => {
      this.closed = true;
      for (const { reject } of this.#acks.values()) reject(new Error('the socket was closed'));
    });
  }

  /**
   * Connects, and comes back after the time that a busy server names.
   * @param {string} url of the gateway
   * @param {string} token
   * @param {(name: string, body: any) => void} onEvent
   * @returns {Promise<SocketLine>} once the server has taken the buyer in
   */
  static async open(url, token, onEvent) {
    for (let tries = 1; ; tries += 1) {
      const opened = await SocketLine.#try(url, token, onEvent);
      if (opened instanceof SocketLine) return opened;
      if (tries === MOST_TRIES) throw new Error(`refused ${tries} times`);
      await new Promise((resolve) => setTimeout(resolve, opened.retryAfter * 1000));
    }
  }

  /** @returns {Promise<SocketLine | {retryAfter: number}>} */
  static #try(url, token, onEvent) {
    const address = `${url.replace(/^http/, 'ws')}/socket.io/?EIO=4&transport=websocket`;
    const options = { perMessageDeflate: false, handshakeTimeout: CONNECT_MS };
    const socket = new WebSocket(address, options);
    const line = new SocketLine(socket, onEvent);
    return new Promise((resolve, reject) => {
      socket.on('error', reject);
      socket.on('close', () => reject(new Error('the socket was closed before it was open')));
      socket.on('unexpected-response', (request, response) => {
        const retryAfter = Number(response.headers['retry-after']);
        if (retryAfter > 0) resolve({ retryAfter });
        else reject(new Error(`the handshake was answered ${response.statusCode}`));
        request.destroy();
      });
      socket.on('message', (data) => {
        // A buffer or a string, by the release of ws that the load test brought along.
        const text = data.toString();
        const packet = text.slice(0, 2);
        if (packet[0] === '0') socket.send(`40${JSON.stringify({ token })}`);
        else if (packet === '40') resolve(line);
        else if (packet === '44') reject(new Error(`refused: ${text}`));
        else line.#read(packet, text.slice(2));
      });
    });
  }

  /** @param {string} event @param {object} body @returns {Promise<any>} what the server acknowledges */
  ask(event, body) {
    return new Promise((resolve, reject) => {
      if (this.closed) return reject(new Error('the socket was closed'));
      const id = this.#nextAck;
      this.#nextAck += 1;
      this.#acks.set(id, { resolve, reject });
      this.#socket.send(`42${id}${JSON.stringify([event, body])}`);
    });
  }

  close() {
    this.#socket.terminate();
  }

  #read(packet, text) {
    if (packet === '2') return this.#socket.send('3');
    if (packet === '42') {
      const [name, body] = JSON.parse(text);
      this.#onEvent(name, body);
    } else if (packet === '43') {
      const bodyAt = text.indexOf('[');
      const id = Number(text.slice(0, bodyAt));
      const ack = this.#acks.get(id);
      this.#acks.delete(id);
      ack?.resolve(JSON.parse(text.slice(bodyAt))[0]);
    }
  }
}
