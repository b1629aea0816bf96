import type { SaleCounts } from '../core/domain/sale.js';
import { laneKeys } from '../core/keys.js';
import type { Log } from '../core/log.js';
import { pause } from '../core/pause.js';
import type { RedisClient } from '../core/redis.js';
import type { LedgerAttempt, LedgerReader, LedgerSale } from '../core/stores/ledger-reader.js';
import { acquireLease } from '../lua/acquire-lease.js';
import { beginRebuild, type NextLife } from '../lua/begin-rebuild.js';
import { openLife } from '../lua/open-life.js';
import { rebuildAttempts } from '../lua/rebuild-attempts.js';
import { rebuildKeys } from '../lua/rebuild-keys.js';
import { rebuildSale, type SaleFields } from '../lua/rebuild-sale.js';

/** Attempts or keys in one step: what one script call writes at most. */
const ROWS_A_STEP = 500;

const LEASE_MS = 1_000;
const RENEW_MS = 300;

/** The ledger's rows do not add up: nothing may be sold by them. */
export class LedgerContradiction extends Error {}

/** Another worker took the lane over meanwhile. */
class Lost extends Error {}

function unlessLost(word: 'ok' | 'lost' | 'changed'): void {
  if (word !== 'ok') throw new Lost();
}

/** What a sale's attempts come to, to be held against its counts. */
class Sum {
  held = 0;
  sold = 0;
  waiting = 0;
  standby = 0;
  entered = 0;
  gapless = true;

  add({ record: { state, quantity, ticket } }: LedgerAttempt): void {
    if (state === 'held') this.held += quantity;
    if (state === 'confirmed') this.sold += quantity;
    if (state === 'waiting' || state === 'standby') this[state] += 1;
    this.gapless &&= ticket === this.entered + 1;
    this.entered = ticket;
  }

  is(counts: SaleCounts): boolean {
    const names = ['held', 'sold', 'waiting', 'standby', 'entered'] as const;
    return names.every((name) => this[name] === counts[name]);
  }
}

/** Builds a lane's data in Redis anew from the ledger, and opens the lane under its next life. */
export class Rebuilder {
  readonly #redis: RedisClient;
  readonly #ledger: LedgerReader;
  readonly #log: Log;

  constructor(redis: RedisClient, ledger: LedgerReader, log: Log) {
    this.#redis = redis;
    this.#ledger = ledger;
    this.#log = log;
  }

  /**
   * For the holder of the lease. Every step is refused once another worker has begun anew.
   * @param found the incarnation of what Redis has of the lane, `null` for nothing
   * @throws LedgerContradiction
   */
  async rebuild(life: NextLife, found: string | null): Promise<'ok' | 'lost'> {
    const done = new AbortController();
    const kept = this.#keepLease(life, done.signal);
    const began = performance.now();
    try {
      unlessLost(await beginRebuild(this.#redis, found, life));
      const sales = await this.#ledger.sales(life.lane);
      let attempts = 0;
      for (const sale of sales) attempts += await this.#sale(life, sale);
      const clock = Math.max(0, ...sales.map(({ changedAt }) => changedAt));
      unlessLost(await openLife(this.#redis, life, clock));
      const ms = Math.round(performance.now() - began);
      const { lane, incarnation } = life;
      this.#log.warn({ lane, incarnation, sales: sales.length, attempts, ms }, 'lane rebuilt');
      return 'ok';
    } catch (error) {
      if (error instanceof Lost) return 'lost';
      throw error;
    } finally {
      done.abort();
      await kept;
    }
  }

  /** Answers how many attempts it has. */
  async #sale(life: NextLife, sale: LedgerSale): Promise<number> {
    const fields = sale.archived ? null : fieldsOf(sale);
    unlessLost(await rebuildSale(this.#redis, life, sale.id, fields));
    if (sale.archived) return 0;
    const sum = await this.#attempts(life, sale.id);
    if (!sum.is(sale.counts)) {
      const detail = JSON.stringify({ counts: sale.counts, attempts: sum });
      throw new LedgerContradiction(`the ledger of ${sale.id} contradicts itself: ${detail}`);
    }
    await this.#keys(life, sale.id);
    return sum.entered;
  }

  async #attempts(life: NextLife, saleId: string): Promise<Sum> {
    const sum = new Sum();
    for (;;) {
      const after = sum.entered;
      const page = await this.#ledger.attempts(saleId, after, ROWS_A_STEP);
      if (page.length === 0) return sum;
      for (const attempt of page) sum.add(attempt);
      if (!sum.gapless) {
        throw new LedgerContradiction(`the ledger of ${saleId} has a gap behind ticket ${after}`);
      }
      unlessLost(await rebuildAttempts(this.#redis, life, saleId, after, page));
    }
  }

  async #keys(life: NextLife, saleId: string): Promise<void> {
    let last = { buyerId: '', key: '' };
    for (;;) {
      const page = await this.#ledger.keys(saleId, last, ROWS_A_STEP);
      const end = page.at(-1);
      if (!end) return;
      last = end;
      unlessLost(await rebuildKeys(this.#redis, life, saleId, page));
    }
  }

  /** The usual renewal asks for the lane's fencing token, which is not there now. */
  async #keepLease({ lane, workerId }: NextLife, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await acquireLease(this.#redis, lane, workerId, LEASE_MS).catch((error) =>
        this.#log.warn({ key: laneKeys(lane).lease, error: error.message }, 'lease not renewed'),
      );
      await pause(RENEW_MS, signal);
    }
  }
}

function fieldsOf({ config, counts, pausedFor, closed, changedAt }: LedgerSale): SaleFields {
  const { opensAt, closesAt, ...others } = config;
  return {
    ...others,
    ...counts,
    opensAt: opensAt ?? '',
    closesAt: closesAt ?? '',
    pausedFor: pausedFor ?? '',
    closed: closed ? 1 : 0,
    // With an opening time it is announced once more: nobody is told a second time what is so.
    opened: opensAt === null ? 1 : 0,
    archived: 0,
    changedAt,
  };
}
