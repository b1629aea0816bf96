import type { Daemon } from './processes.js';
import type { System } from './system.js';
import { type Moment, Tap } from './tap.js';

/** A moment in what a process does: the statements and script calls that lead to it, in turn. */
export interface Step {
  readonly name: string;
  readonly wire: 'mysql' | 'redis';
  /** All but the last only go by. */
  readonly path: readonly RegExp[];
  readonly moment: Moment;
}

/**
 * Processes that are killed at a chosen moment, or whose network is bad: their ways to MySQL and
 * Redis are tapped.
 */
export class Fragile {
  readonly env: Readonly<Record<string, string>>;
  readonly taps: Readonly<Record<Step['wire'], Tap>>;

  private constructor(mysql: Tap, redis: Tap) {
    this.taps = { mysql, redis };
    this.env = { DATABASE_URL: mysql.url, REDIS_URL: redis.url };
  }

  static async open({ servers }: System): Promise<Fragile> {
    return new Fragile(await Tap.open(servers.DATABASE_URL), await Tap.open(servers.REDIS_URL));
  }

  /** Kills the process right then; resolves when it is dead. */
  async killAt({ wire, path, moment }: Step, victim: () => Daemon): Promise<void> {
    const tap = this.taps[wire];
    await this.#follow(tap, path, moment, async () => {
      await victim().end('SIGKILL');
      return 'cut';
    });
  }

  /** The next trap is set before the statement that leads to it goes on. */
  async #follow(
    tap: Tap,
    [needle, ...rest]: readonly RegExp[],
    moment: Moment,
    act: () => Promise<'cut' | 'go on'>,
  ): Promise<void> {
    if (!needle) return;
    if (rest.length === 0) return tap.spring(needle, moment, act);
    let end: Promise<void> = Promise.resolve();
    await tap.spring(needle, 'before', async () => {
      end = this.#follow(tap, rest, moment, act);
      return 'go on';
    });
    await end;
  }

  async close(): Promise<void> {
    await Promise.all([this.taps.mysql.close(), this.taps.redis.close()]);
  }
}

/** Before and after one statement or script call. */
export function aroundOf(name: string, wire: Step['wire'], ...path: readonly RegExp[]): Step[] {
  return [
    { name: `before ${name}`, wire, path, moment: 'before' },
    { name: `after ${name}`, wire, path, moment: 'after' },
  ];
}
