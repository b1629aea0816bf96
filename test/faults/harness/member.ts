import type { Fragile } from '../../support/fragile.js';
import type { Daemon } from '../../support/processes.js';

/** One process of a stand, with wires of its own to Redis and MySQL. */
export interface Member {
  readonly daemon: Daemon;
  readonly wires: Fragile;
  /** What it was started with besides the way to its servers. */
  readonly env: Readonly<Record<string, string>>;
  /** Where a gateway listens; `null` for a worker. */
  readonly url: string | null;
}
