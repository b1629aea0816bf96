import type { LaneRow } from '../../core/stores/lanes.js';

/** Whoever scrapes has not more patience than this with a server that is away. */
const PATIENCE_MS = 1_000;

/** Answers `null` when the call fails or takes too long. */
export async function soon<T>(call: Promise<T>): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(resolve, PATIENCE_MS, null);
  });
  const result = await Promise.race([call.catch(() => null), late]);
  clearTimeout(timer);
  return result;
}

export interface LedgerSight {
  /** Whether MySQL has answered. */
  readonly up: boolean;
  /** As last answered: without MySQL the feed goes on, and the lag has to be told all the same. */
  readonly rows: readonly LaneRow[];
}

/** Asks MySQL how far the ledger is: once, however many figures of one scrape want to know. */
export class LedgerWatch {
  readonly #read: () => Promise<readonly LaneRow[]>;
  #rows: readonly LaneRow[] = [];
  #looking: Promise<LedgerSight> | null = null;

  constructor(read: () => Promise<readonly LaneRow[]>) {
    this.#read = read;
  }

  look(): Promise<LedgerSight> {
    this.#looking ??= this.#ask().finally(() => {
      this.#looking = null;
    });
    return this.#looking;
  }

  async #ask(): Promise<LedgerSight> {
    const rows = await soon(this.#read());
    if (rows !== null) this.#rows = rows;
    return { up: rows !== null, rows: this.#rows };
  }
}
