import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { RedisClient } from '../core/redis.js';

/** What Redis answers: the first part is a word such as `ok` or `behind`. */
export type Reply = readonly (string | number)[];

/**
 * What every script that reads or changes a lane is told by its caller: which life of the lane it
 * knows, and the highest feed number it has seen of it. A Redis that knows less answers `behind`.
 */
export interface LaneView {
  readonly lane: number;
  readonly incarnation: string;
  readonly seen: number;
}

/** Redis has lost what the caller has seen: nothing was changed and nothing may be sold. */
export interface Behind {
  readonly kind: 'behind';
}

/** Another worker owns the lane by now: nothing was changed. */
export interface Fenced {
  readonly kind: 'fenced';
}

export const BEHIND: Behind = { kind: 'behind' };
export const FENCED: Fenced = { kind: 'fenced' };

function readSource(path: string): string {
  const text = readFileSync(new URL(path, import.meta.url), 'utf8');
  return text.replace(/^--include (\w+)$/gm, (_line, name) =>
    readSource(`./fragments/${name}.lua`).trimEnd(),
  );
}

/** One Lua script, loaded once, called by its hash. */
export class Script {
  readonly name: string;
  readonly source: string;
  /** What calls of the script look like on the wire. */
  readonly sha: string;

  /** @param name the file's name in this folder, without `.lua` */
  constructor(name: string) {
    this.name = name;
    this.source = readSource(`./${name}.lua`);
    this.sha = createHash('sha1').update(this.source).digest('hex');
  }

  /**
   * Runs the script. When Redis has forgotten it (SCRIPT FLUSH, restart, fail-over) it is sent
   * whole; a NOSCRIPT answer means that nothing ran, so this repeats nothing.
   * @throws whatever the connection throws; then it is unknown whether the script ran.
   */
  async run(redis: RedisClient, keys: readonly string[], args: readonly (string | number)[]) {
    try {
      return (await redis.evalsha(this.sha, keys.length, ...keys, ...args)) as Reply;
    } catch (error) {
      if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
      return (await redis.eval(this.source, keys.length, ...keys, ...args)) as Reply;
    }
  }

  /** The error for an answer that this release does not know: a fault of ours. */
  unexpected(reply: Reply): Error {
    return new Error(`${this.name}.lua answered ${JSON.stringify(reply).slice(0, 200)}`);
  }
}
