import { createHash, hash } from 'node:crypto';

/** Bytes that SHA-256 takes in one step; RFC 2104 pads the key to as many. */
const BLOCK = 64;
const DIGEST = 32;

/** A character of a JavaScript string takes at most so many bytes of UTF-8. */
const BYTES_A_CHARACTER = 3;

/**
 * HMAC-SHA-256 (RFC 2104) of short texts under one key, by two calls of `crypto.hash`: an `Hmac`
 * object for each text takes twice as long, and the garbage collector has to end it.
 */
export class HmacSha256 {
  readonly #longest: number;
  /** The padded key, then the text. */
  readonly #inner: Buffer;
  /** The padded key, then the digest of the inner one. */
  readonly #outer = Buffer.alloc(BLOCK + DIGEST);

  /** @param longest characters that a text may have */
  constructor(secret: Buffer, longest: number) {
    this.#longest = longest;
    this.#inner = Buffer.alloc(BLOCK + longest * BYTES_A_CHARACTER);
    const key = secret.length > BLOCK ? createHash('sha256').update(secret).digest() : secret;
    for (let i = 0; i < BLOCK; i += 1) {
      this.#inner[i] = (key[i] ?? 0) ^ 0x36;
      this.#outer[i] = (key[i] ?? 0) ^ 0x5c;
    }
  }

  /**
   * The code of a text's UTF-8 bytes, in base64url.
   * @throws RangeError for a text that is too long: part of it would go unsigned
   */
  of(text: string): string {
    if (text.length > this.#longest) throw new RangeError('too long a text to sign');
    const end = BLOCK + this.#inner.write(text, BLOCK, 'utf8');
    const digest = hash('sha256', this.#inner.subarray(0, end), 'binary');
    this.#outer.write(digest, BLOCK, 'binary');
    return hash('sha256', this.#outer, 'base64url');
  }
}
