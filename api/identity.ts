import { createHash, randomUUID, timingSafeEqual } from 'node:crypto';
import { createSigner, createVerifier } from 'fast-jwt';
import { isBuyerId } from '../core/domain/ids.js';
import { type Claims, PlainToken } from './plain-token.js';

const GUEST_SESSION_MS = 24 * 60 * 60 * 1000;
const OPS_SESSION_MS = 12 * 60 * 60 * 1000;

/** A token longer than this is not looked at: a shop's own claims fit, an attack does not. */
const TOKEN_LIMIT = 4_096;

/** Who a buyer's token speaks for, and until when (milliseconds since the epoch). */
export interface BuyerIdentity {
  readonly buyerId: string;
  readonly expiresAt: number;
}

/** An operator's login: its id is what a logout revokes. */
export interface OpsSession {
  readonly name: string;
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** Signs and checks the tokens of buyers and the sessions of operators. */
export class Identity {
  readonly #secret: string;
  readonly #opsTokens: readonly { name: string; digest: Buffer }[];
  readonly #plainBuyer: PlainToken;
  readonly #verifyBuyer: (token: string) => Claims;
  readonly #verifyOps: (token: string) => Claims;

  /**
   * @param secret at least 32 bytes, used as its UTF-8 bytes
   * @param opsTokens ops name → token
   */
  constructor(secret: string, opsTokens: ReadonlyMap<string, string>) {
    this.#secret = secret;
    this.#opsTokens = [...opsTokens].map(([name, token]) => ({ name, digest: digest(token) }));
    const verifierOf = (aud: string) =>
      createVerifier({
        key: secret,
        // Named here, never taken from the token: `none` and other keys' algorithms are refused.
        algorithms: ['HS256'],
        allowedAud: aud,
        requiredClaims: ['sub', 'exp', 'aud'],
      }) as (token: string) => Claims;
    this.#plainBuyer = new PlainToken(secret, 'buyer', TOKEN_LIMIT);
    this.#verifyBuyer = verifierOf('buyer');
    this.#verifyOps = verifierOf('ops');
  }

  /** The buyer that a token speaks for, or `null` when it is missing, wrong or expired. */
  buyer(token: string | null): BuyerIdentity | null {
    if (token === null || token.length > TOKEN_LIMIT) return null;
    try {
      const { sub, exp } = this.#plainBuyer.claims(token) ?? this.#verifyBuyer(token);
      if (typeof sub !== 'string' || !isBuyerId(sub)) return null;
      return { buyerId: sub, expiresAt: exp * 1000 };
    } catch {
      return null;
    }
  }

  mintBuyer(buyerId: string, now: number): { token: string; expiresAt: number } {
    return this.#mint('buyer', buyerId, now, GUEST_SESSION_MS);
  }

  /** The name of an ops token, or `null`. Every token is compared, each in the same time. */
  opsName(token: string | null): string | null {
    if (token === null) return null;
    const given = digest(token);
    let found: string | null = null;
    for (const { name, digest: known } of this.#opsTokens) {
      if (timingSafeEqual(given, known)) found = name;
    }
    return found;
  }

  /** The session that a cookie speaks for, while its ops name still has a token. */
  opsSession(cookie: string | null): OpsSession | null {
    if (cookie === null || cookie.length > TOKEN_LIMIT) return null;
    try {
      const { sub, jti, exp } = this.#verifyOps(cookie);
      if (typeof jti !== 'string' || !this.#opsTokens.some(({ name }) => name === sub)) return null;
      return { name: sub, id: jti, expiresAt: exp * 1000 };
    } catch {
      return null;
    }
  }

  mintOps(name: string, now: number): { token: string; expiresAt: number } {
    return this.#mint('ops', name, now, OPS_SESSION_MS);
  }

  #mint(aud: 'buyer' | 'ops', sub: string, now: number, lifeMs: number) {
    const expiresAt = Math.floor((now + lifeMs) / 1000) * 1000;
    const sign = createSigner({ key: this.#secret, algorithm: 'HS256', noTimestamp: true });
    const iat = Math.floor(now / 1000);
    const jti = randomUUID();
    return { token: sign({ sub, aud, jti, iat, exp: expiresAt / 1000 }), expiresAt };
  }
}
