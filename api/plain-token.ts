import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';

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

/**
 * Says yes to the tokens that nearly everybody has, at about half of what the library takes, and
 * leaves all others to the library: whatever it does not know at first sight is not its to judge. In the second that a
 * sale opens, the check of tokens was the largest part of the gateway's own work.
 */
export class PlainToken {
  readonly #key: KeyObject;
  readonly #audience: string;

  /** @param secret of HS256, used as its UTF-8 bytes */
  constructor(secret: string, audience: string) {
    this.#key = createSecretKey(secret, 'utf8');
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
    const expected = createHmac('sha256', this.#key).update(input).digest('base64url');
    return (
      signature.length === expected.length &&
      timingSafeEqual(Buffer.from(signature), Buffer.from(expected))
    );
  }

  #plain(claims: Readonly<Record<string, unknown>>): Claims | null {
    const { sub, aud, exp, nbf } = claims;
    const plain = typeof sub === 'string' && aud === this.#audience && nbf === undefined;
    if (!plain || typeof exp !== 'number' || Date.now() > exp * 1000) return null;
    return { sub, exp };
  }
}
