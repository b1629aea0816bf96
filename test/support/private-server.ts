import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A port of 127.0.0.1 that nobody uses at the moment. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** A fresh directory for one server's data. */
export function freshDirectory(what: string): string {
  return mkdtempSync(join(tmpdir(), `dropgate-${what}-`));
}

/** Processes that it has started, such as the child that rewrites Redis's file. */
function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
      .split(' ')
      .filter(Boolean)
      .map(Number);
  } catch {
    return [];
  }
}

/** One server process of a test's own, to be killed and stopped as the test likes. */
export class ServerProcess {
  static readonly #alive = new Set<ServerProcess>();
  static {
    // None of them outlives the tests, however these end.
    process.once('exit', () => {
      for (const server of ServerProcess.#alive) server.signal('SIGKILL');
    });
  }
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;
  readonly #log: string;

  /** @param log where it writes what it has to say */
  constructor(command: string, args: readonly string[], log: string) {
    const fd = openSync(log, 'a');
    this.#child = spawn(command, args, { stdio: ['ignore', fd, fd] });
    closeSync(fd);
    this.#log = log;
    this.#exited = once(this.#child, 'exit');
    this.#exited.catch(() => undefined);
    ServerProcess.#alive.add(this);
    this.#child.once('exit', () => ServerProcess.#alive.delete(this));
  }

  get pid(): number {
    return this.#child.pid as number;
  }

  get running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** The end of its log: why it did not start, or ended. */
  get tail(): string {
    return readFileSync(this.#log, 'utf8').trimEnd().split('\n').slice(-8).join('\n');
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Resolves when it has ended, by whatever. */
  async exited(): Promise<void> {
    await this.#exited;
  }

  /** As if the machine had failed: the process and its children end at once. */
  async kill(): Promise<void> {
    if (!this.running) return;
    const children = childrenOf(this.pid);
    this.signal('SIGKILL');
    for (const child of children) {
      try {
        process.kill(child, 'SIGKILL');
      } catch {
        // It was done before.
      }
    }
    await this.#exited;
  }

  async stop(): Promise<void> {
    if (!this.running) return;
    this.signal('SIGTERM');
    this.signal('SIGCONT');
    await this.#exited;
  }
}

/** Removes everything below a directory that a server was in. */
export function removeDirectory(directory: string): void {
  rmSync(directory, { recursive: true, force: true });
}

/** Names in a directory that may not be there. */
export function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory).sort();
  } catch {
    return [];
  }
}
