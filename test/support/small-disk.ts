import { spawnSync } from 'node:child_process';
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from './eventually.js';
import { freshDirectory, removeDirectory, ServerProcess } from './private-server.js';

const MEGABYTE = Buffer.alloc(2 ** 20, 'x');

/** `null` when a small disk can be made here, else why not. */
export function missingSmallDisk(): string | null {
  const tried = spawnSync('unshare', ['-m', 'sh', '-c', 'mount -t tmpfs none /tmp && nsenter -V']);
  return tried.status === 0 ? null : 'a disk of its own needs root, unshare, nsenter and mount';
}

/** A disk of a few megabytes, seen only by processes that are launched into its namespace. */
export class SmallDisk {
  /** Where it is for a process that was launched into it. */
  readonly path = freshDirectory('disk');
  readonly #holder: ServerProcess;
  readonly #log = freshDirectory('disk-log');

  private constructor(megabytes: number) {
    // Somebody has to stay in the namespace, else the disk goes with the server that is killed.
    const hold = `mount -t tmpfs -o size=${megabytes}m none "$0" && touch "$0/ready" && exec sleep 86400`;
    const args = ['-m', '--propagation', 'private', 'sh', '-c', hold, this.path];
    this.#holder = new ServerProcess('unshare', args, join(this.#log, 'holder.log'));
  }

  static async open(megabytes: number): Promise<SmallDisk> {
    const disk = new SmallDisk(megabytes);
    const enters = async () => disk.#run('test', '-e', join(disk.path, 'ready')) === 0;
    await eventually(enters, Boolean);
    return disk;
  }

  /** Launches a command into its namespace. */
  get launcher(): readonly string[] {
    return ['nsenter', '-t', String(this.#holder.pid), '-m', '--'];
  }

  /** Writes until nothing more fits. */
  fill(): void {
    const file = openSync(this.#filler, 'a');
    try {
      for (let size = MEGABYTE.length; size >= 1; ) {
        try {
          writeSync(file, MEGABYTE, 0, size);
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
          size = Math.floor(size / 2);
        }
      }
    } finally {
      closeSync(file);
    }
  }

  free(): void {
    rmSync(this.#filler);
  }

  async close(): Promise<void> {
    await this.#holder.kill();
    removeDirectory(this.path);
    removeDirectory(this.#log);
  }

  get #filler(): string {
    return join(`/proc/${this.#holder.pid}/root`, this.path, 'filler');
  }

  #run(...command: string[]): number | null {
    const [program = '', ...args] = [...this.launcher, ...command];
    return spawnSync(program, args).status;
  }
}
