import { timingSafeEqual } from 'node:crypto';
import { HmacSha256 } from './hmac-sha256.js';

/** What a token that was signed for this audience says. */
export interface Claims {
  readonly sub: string;
  readonly jti?: string;
  /** Seconds since the epoch. */
  readonly exp: number;
}

/** The headers that JWT libraries write for HS256, in either order: whatever else is not plain. */
const HEADERS: ReadonlySet<string> = new Set(
  [{ alg: 'HS256', typ: 'JWT' }, { typ: 'JWT', alg: 'HS256' }, { alg: 'HS256' }].map((header) =>
    Buffer.from(JSON.stringify(header)).toString('base64url'),
  ),
);

/** Characters of a signature: 32 bytes in base64url. */
const SIGNATURE = 43;

/**
 * Says yes to the tokens that nearly everybody has, at about half of what the library takes, and
 * leaves all others to the library: whatever it does not know at first sight is not its to judge. In the second that a
 * sale opens, the check of tokens was the largest part of the gateway's own work.
 */
export class PlainToken {
  readonly #hmac: HmacSha256;
  readonly #audience: string;
  readonly #given = Buffer.alloc(SIGNATURE);
  readonly #expected = Buffer.alloc(SIGNATURE);

  /**
   * @param secret of HS256, used as its UTF-8 bytes
   * @param longest characters that a token may have
   */
  constructor(secret: string, audience: string, longest: number) {
    this.#hmac = new HmacSha256(Buffer.from(secret), longest);
    this.#audience = audience;
  }

  /**
   * The claims of a token that is plain, valid, of this audience and not expired; else `null`.
   * @throws SyntaxError or TypeError when what was signed with our secret are no claims at all
   */
  claims(token: string): Claims | null {
    const payloadAt = token.indexOf('.') + 1;
    const signatureAt = token.indexOf('.', payloadAt) + 1;
    if (signatureAt === 0 || !HEADERS.has(token.slice(0, payloadAt - 1))) return null;
    if (!this.#isSigned(token.slice(0, signatureAt - 1), token.slice(signatureAt))) return null;
    const payload = token.slice(payloadAt, signatureAt - 1);
    return this.#plain(JSON.parse(Buffer.from(payload, 'base64url').toString()));
  }

  #isSigned(input: string, signature: string): boolean {
    if (signature.length !== SIGNATURE) return false;
    // As UTF-8: no other character is taken for one of base64url.
    this.#given.write(signature, 'utf8');
    this.#expected.write(this.#hmac.of(input), 'utf8');
    return timingSafeEqual(this.#given, this.#expected);
  }

  #plain(claims: Readonly<Record<string, unknown>>): Claims | null {
    const { sub, aud, exp, nbf } = claims;
    const plain = typeof sub === 'string' && aud === this.#audience && nbf === undefined;
    if (!plain || typeof exp !== 'number' || Date.now() > exp * 1000) return null;
    return { sub, exp };
  }
}
