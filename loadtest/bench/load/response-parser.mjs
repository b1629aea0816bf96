const HEAD_END = Buffer.from('\r\n\r\n');
const EMPTY = Buffer.alloc(0);

/**
 * Reads the answers of one kept-alive connection with one request at a time: as little as the
 * bench needs. Answers without `Content-Length` are not read: none of the contenders sends one.
 */
export class ResponseParser {
  #received = EMPTY;

  /**
   * @param {Buffer} chunk
   * @returns {{status: number, retryAfter: number | null, body: string} | null} null: more to come
   */
  push(chunk) {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    const headEnd = this.#received.indexOf(HEAD_END);
    if (headEnd === -1) return null;
    const head = this.#received.latin1Slice(0, headEnd);
    const bodyAt = headEnd + HEAD_END.length;
    const length = /\r\ncontent-length: *(\d+)/i.exec(head);
    if (!length) throw new Error(`an answer without Content-Length: ${head.split('\r\n')[0]}`);
    const end = bodyAt + Number(length[1]);
    if (this.#received.length < end) return null;
    const body = this.#received.utf8Slice(bodyAt, end);
    this.#received = end === this.#received.length ? EMPTY : this.#received.subarray(end);
    const retryAfter = /\r\nretry-after: *(\d+)/i.exec(head);
    return {
      status: Number(head.slice(9, 12)),
      retryAfter: retryAfter ? Number(retryAfter[1]) : null,
      body,
    };
  }
}
