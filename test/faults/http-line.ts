import { connect, type Socket } from 'node:net';

/** What came back; `null` for the status when the connection broke before. */
export interface RawAnswer {
  readonly status: number | null;
  readonly retryAfter: string | null;
  readonly text: string;
}

const CUT_OFF: RawAnswer = { status: null, retryAfter: null, text: '' };
const HEAD_END = Buffer.from('\r\n\r\n');

/**
 * One kept-alive connection with one request at a time. It takes a tenth of the CPU of node:http's
 * client, so that one machine can offer ten times what its gateway can do.
 */
export class HttpLine {
  readonly #socket: Socket;
  #received: Buffer = Buffer.alloc(0);
  #answered: ((answer: RawAnswer) => void) | null = null;
  closed = false;

  constructor(url: string) {
    const { hostname, port } = new URL(url);
    this.#socket = connect(Number(port), hostname);
    this.#socket
      .setNoDelay(true)
      .on('error', () => undefined)
      .on('data', (chunk) => this.#read(chunk))
      .on('close', () => {
        this.closed = true;
        this.#settle(CUT_OFF);
      });
  }

  ask(request: string): Promise<RawAnswer> {
    return new Promise((resolve) => {
      this.#answered = resolve;
      if (this.closed) this.#settle(CUT_OFF);
      else this.#socket.write(request);
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #read(chunk: Buffer): void {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    const headEnd = this.#received.indexOf(HEAD_END);
    if (headEnd === -1) return;
    const head = this.#received.toString('latin1', 0, headEnd);
    const bodyAt = headEnd + HEAD_END.length;
    const end = bodyAt + Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0);
    if (this.#received.length < end) return;
    const answer: RawAnswer = {
      status: Number(head.slice(9, 12)),
      retryAfter: /\r\nretry-after: (\d+)/i.exec(head)?.[1] ?? null,
      text: this.#received.toString('utf8', bodyAt, end),
    };
    this.#received = this.#received.subarray(end);
    this.#settle(answer);
  }

  #settle(answer: RawAnswer): void {
    const answered = this.#answered;
    this.#answered = null;
    answered?.(answer);
  }
}
