import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { freshDirectory, removeDirectory } from './private-server.js';
import { within } from './within.js';

export interface SyncLogOptions {
  /** How much later each sync is carried out. */
  readonly delayMs?: number;
  /** Only so many of them are late. */
  readonly times?: number;
}

const CALL = /^(\d+) +(write|fdatasync|fsync)\(\d+<([^>]*)>(.*)$/;
const RESUMED = /^(\d+) +<\.\.\. (write|fdatasync|fsync) resumed>(.*)$/;
const RESULT = /= (\d+)(?: \(DELAYED\))?$/;

/** `null` when strace can watch a process here, else what is missing. */
export function missingStrace(): string | null {
  const found = (process.env.PATH ?? '').split(':').some((dir) => existsSync(join(dir, 'strace')));
  return found ? null : 'strace is not installed';
}

/**
 * Watches which bytes a process has made durable. After a SIGKILL the kernel still has what was
 * only written: to see what a power failure leaves, that has to be cut off again.
 */
export class SyncLog {
  readonly #strace: ChildProcess;
  readonly #directory: string;
  readonly #exited: Promise<unknown>;

  private constructor(pid: number, { delayMs = 0, times = 0 }: SyncLogOptions) {
    this.#directory = freshDirectory('strace');
    const last = times > 0 ? `:when=1..${times}` : '';
    const late = `inject=fdatasync,fsync:delay_enter=${delayMs * 1_000}${last}`;
    this.#strace = spawn(
      'strace',
      [
        ...['-f', '-y', '-s', '0', '-e', 'trace=write,fdatasync,fsync'],
        ...(delayMs > 0 ? ['-e', late] : []),
        ...['-o', this.#file, '-p', String(pid)],
      ],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
    this.#exited = once(this.#strace, 'exit');
    this.#exited.catch(() => undefined);
  }

  /** Watches from now on. What was written before counts as durable: attach after a quiet moment. */
  static async attach(pid: number, options: SyncLogOptions = {}): Promise<SyncLog> {
    const log = new SyncLog(pid, options);
    const { stderr } = log.#strace;
    if (!stderr) throw new Error('strace has no output');
    const lines = createInterface({ input: stderr });
    const attached = new Promise<void>((resolve, reject) => {
      lines.on('line', (line) => {
        if (/attached/.test(line)) resolve();
        else if (/ptrace|Operation not permitted/.test(line)) reject(new Error(line));
      });
      log.#strace.once('error', reject);
      log.#exited.then(() => reject(new Error('strace ended')));
    });
    await within(attached, 10_000, 'strace');
    return log;
  }

  /** Stops watching; a process that still runs goes on undisturbed. */
  async detach(): Promise<void> {
    if (this.#strace.exitCode === null) this.#strace.kill('SIGINT');
    await this.#exited;
  }

  /** File → bytes at its end that no completed sync covers. To be asked when all is over. */
  async unsynced(): Promise<Map<string, number>> {
    await this.detach();
    const open = unsyncedIn(readFileSync(this.#file, 'utf8').split('\n'));
    removeDirectory(this.#directory);
    return open;
  }

  get #file(): string {
    return join(this.#directory, 'calls');
  }
}

interface Call {
  readonly name: string;
  readonly file: string;
  /** Bytes written to the file when the call began. */
  readonly upTo: number;
}

/** Reads strace's lines: a sync covers what was written before it began. */
export function unsyncedIn(lines: readonly string[]): Map<string, number> {
  const written = new Map<string, number>();
  const synced = new Map<string, number>();
  const unfinished = new Map<string, Call>();
  const end = (call: Call, result: string) => {
    const value = RESULT.exec(result)?.[1];
    if (value === undefined) return;
    const { name, file, upTo } = call;
    if (name === 'write') written.set(file, (written.get(file) ?? 0) + Number(value));
    else synced.set(file, Math.max(upTo, synced.get(file) ?? 0));
  };
  for (const line of lines) {
    const [, thread = '', name = '', file = '', rest = ''] = CALL.exec(line) ?? [];
    if (file.endsWith('.aof')) {
      const call = { name, file, upTo: written.get(file) ?? 0 };
      if (RESULT.test(rest)) end(call, rest);
      else unfinished.set(thread, call);
      continue;
    }
    const [, resumed = '', , result = ''] = RESUMED.exec(line) ?? [];
    const call = unfinished.get(resumed);
    if (!call) continue;
    unfinished.delete(resumed);
    end(call, result);
  }
  return new Map([...written].map(([file, bytes]) => [file, bytes - (synced.get(file) ?? 0)]));
}
