import type { GuestSession } from '../../core/contract.js';
import type { Answer, ConnectOptions } from './dropgate-client.js';
import { send } from './http.js';
import { locked, readStored, removeStored, writeStored } from './storage.js';

/** Who the buyer is, as a token that speaks for them. */
export interface Identity {
  /** A token that is believed to be good. */
  token(): Promise<Answer<string>>;
  /** The server refused this token. */
  refused(token: string): void;
}

const STORAGE_KEY = 'dropgate.session';
/** A token this close to its end is renewed before it is used. */
const RENEW_BEFORE_MS = 60_000;

const ok = (token: string): Answer<string> => ({ kind: 'ok', body: token, retryAfterMs: null });

export function identityOf({ token }: ConnectOptions, baseUrl: string): Identity {
  if (typeof token === 'string') return { token: async () => ok(token), refused: () => undefined };
  return token ? new ShopIdentity(token) : new GuestIdentity(baseUrl);
}

/** A guest: the session is kept by this browser, and two tabs that open together share one. */
class GuestIdentity implements Identity {
  readonly #baseUrl: string;
  #asked: Promise<Answer<string>> | null = null;

  constructor(baseUrl: string) {
    this.#baseUrl = baseUrl;
  }

  async token(): Promise<Answer<string>> {
    const known = stored();
    if (known) return ok(known.token);
    // One question for all who ask at once: locks between tabs are missing on a plain http page,
    // and there the socket and the requests would speak for two different guests.
    this.#asked ??= locked(STORAGE_KEY, () => this.#ask()).finally(() => {
      this.#asked = null;
    });
    return this.#asked;
  }

  async #ask(): Promise<Answer<string>> {
    const meanwhile = stored();
    if (meanwhile) return ok(meanwhile.token);
    const call = { method: 'POST', path: '/api/sessions' } as const;
    const answer = await send<GuestSession>(call, this.#baseUrl);
    if (answer.kind !== 'ok') return answer;
    writeStored(STORAGE_KEY, answer.body);
    return ok(answer.body.token);
  }

  /** Forgets it, unless another tab has renewed it already. */
  refused(token: string): void {
    if (readStored<GuestSession>(STORAGE_KEY)?.token === token) removeStored(STORAGE_KEY);
  }
}

function stored(): GuestSession | null {
  const session = readStored<GuestSession>(STORAGE_KEY);
  if (session === null || typeof session.token !== 'string') return null;
  return Date.parse(session.expiresAt) - RENEW_BEFORE_MS > Date.now() ? session : null;
}

/** A customer of the shop: the shop's server mints the tokens, one at a time for all who ask. */
class ShopIdentity implements Identity {
  readonly #fetch: () => Promise<string>;
  #known: Promise<string> | null = null;

  constructor(fetch: () => Promise<string>) {
    this.#fetch = fetch;
  }

  async token(): Promise<Answer<string>> {
    this.#known ??= this.#fetch();
    const asked = this.#known;
    try {
      const token = await asked;
      if (endOf(token) - RENEW_BEFORE_MS > Date.now()) return ok(token);
      if (this.#known === asked) this.#known = this.#fetch();
      return ok(await (this.#known ?? asked));
    } catch {
      if (this.#known === asked) this.#known = null;
      return { kind: 'unreachable' };
    }
  }

  refused(_token: string): void {
    this.#known = null;
  }
}

/** When a token ends by its own words, in milliseconds of this device's clock; the server judges. */
function endOf(token: string): number {
  const { exp } = claimsOf(token);
  return typeof exp === 'number' ? exp * 1_000 : Number.POSITIVE_INFINITY;
}

/** Whose token it is, or '' when it does not say. */
export function buyerOf(token: string): string {
  const { sub } = claimsOf(token);
  return typeof sub === 'string' ? sub : '';
}

function claimsOf(token: string): { exp?: unknown; sub?: unknown } {
  try {
    const part = (token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/');
    return JSON.parse(atob(part)) ?? {};
  } catch {
    return {};
  }
}
