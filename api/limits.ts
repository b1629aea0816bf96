import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

/** Points in seconds, per gateway: an address is shared by many phones, a buyer is one person. */
const LIMITS = {
  /** Attempts of one buyer, over both doors. */
  attempts: { points: 20, duration: 10 },
  /** Any other request or message of one buyer. */
  buyer: { points: 100, duration: 10 },
  /** Guest sessions of one client address. */
  sessions: { points: 60, duration: 60 },
  /** Requests of one client address, all routes. */
  address: { points: 1_000, duration: 10 },
  /** Wrong ops tokens of one client address; never lifted. */
  opsLogin: { points: 10, duration: 60 },
} as const;

export type LimitName = keyof typeof LIMITS;

const MAX_RETRY_AFTER = 60;

/** Limits by buyer and by client address. `RATE_LIMIT=off` lifts them, but never `opsLogin`. */
export class Limits {
  /** Whether uses are counted: where they are not, the hot paths need not even ask. */
  readonly on: boolean;
  readonly #limiters: Record<LimitName, RateLimiterMemory>;

  constructor(on: boolean) {
    this.on = on;
    this.#limiters = Object.fromEntries(
      Object.entries(LIMITS).map(([name, limit]) => [name, new RateLimiterMemory(limit)]),
    ) as Record<LimitName, RateLimiterMemory>;
  }

  /** Counts one use; answers 0, or the seconds to wait when it was one too many. */
  async take(name: LimitName, who: string): Promise<number> {
    if (!this.on && name !== 'opsLogin') return 0;
    try {
      await this.#limiters[name].consume(who);
      return 0;
    } catch (refused) {
      if (!(refused instanceof RateLimiterRes)) throw refused;
      return Math.min(MAX_RETRY_AFTER, Math.ceil(refused.msBeforeNext / 1000) || 1);
    }
  }
}
