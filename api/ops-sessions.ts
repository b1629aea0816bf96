import type { Clock } from '../core/clock.js';
import { opsLogoutKey } from '../core/keys.js';
import type { Log } from '../core/log.js';
import type { RedisClient } from '../core/redis.js';
import type { Identity, OpsSession } from './identity.js';

/** Logins of operators by cookie. The cookie is signed; Redis knows which ones were logged out. */
export class OpsSessions {
  readonly #redis: RedisClient;
  readonly #identity: Identity;
  readonly #clock: Clock;
  readonly #log: Log;

  constructor(redis: RedisClient, identity: Identity, clock: Clock, log: Log) {
    this.#redis = redis;
    this.#identity = identity;
    this.#clock = clock;
    this.#log = log;
  }

  /**
   * The session behind a cookie, or `null`. While Redis is away a cookie counts until it expires:
   * that is the night on which operators need their pages.
   */
  async find(cookie: string | null): Promise<OpsSession | null> {
    const session = this.#identity.opsSession(cookie);
    if (!session) return null;
    try {
      return (await this.#redis.exists(opsLogoutKey(session.id))) === 1 ? null : session;
    } catch (error) {
      this.#log.warn({ error: (error as Error).message }, 'logouts not looked up');
      return session;
    }
  }

  /** Ends a session for good, on every gateway. */
  async end({ id, expiresAt }: OpsSession): Promise<void> {
    const left = Math.max(1, expiresAt - this.#clock());
    await this.#redis.set(opsLogoutKey(id), 1, 'PX', left);
  }
}
