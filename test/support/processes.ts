import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const DIST = fileURLToPath(new URL('../../', import.meta.url));

/** A line of a process's JSON log. */
export type LogLine = Readonly<Record<string, unknown>> & { readonly msg?: string };

/** One gateway or worker as it runs in production: a process of its own, told by environment. */
export class Daemon {
  /** Those that have not ended yet. */
  static readonly alive = new Set<Daemon>();
  readonly child: ChildProcess;
  readonly lines: LogLine[] = [];
  readonly name: string;
  #watchers: ((line: LogLine) => void)[] = [];

  private constructor(name: string, child: ChildProcess) {
    this.name = name;
    this.child = child;
    Daemon.alive.add(this);
    child.once('exit', () => Daemon.alive.delete(this));
    if (!child.stdout) throw new Error(`${name} has no output`);
    createInterface({ input: child.stdout }).on('line', (text) => this.#read(text));
  }

  /** @param script path below dist, such as `api/main.js` */
  static start(name: string, script: string, env: Readonly<Record<string, string>>): Daemon {
    const child = spawn(process.execPath, ['--enable-source-maps', `${DIST}${script}`], {
      env: { PATH: process.env.PATH, ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    return new Daemon(name, child);
  }

  get running(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Resolves with the first line, past or to come, that fits; fails when the process ends. */
  async untilLog(fits: (line: LogLine) => boolean, from = 0): Promise<LogLine> {
    const known = this.lines.slice(from).find(fits);
    if (known) return known;
    return new Promise((resolve, reject) => {
      const ended = () => reject(new Error(`${this.name} ended: ${this.tail}`));
      this.child.once('exit', ended);
      this.#watchers.push((line) => {
        if (!fits(line)) return;
        this.child.off('exit', ended);
        resolve(line);
      });
    });
  }

  /** Sends a signal and waits until the process has ended. */
  async end(signal: NodeJS.Signals): Promise<number | null> {
    if (!this.running) return this.child.exitCode;
    const exited = once(this.child, 'exit');
    this.child.kill(signal);
    if (signal !== 'SIGKILL') this.child.kill('SIGCONT');
    const [code] = await exited;
    return code;
  }

  get tail(): string {
    return this.lines
      .slice(-5)
      .map((line) => JSON.stringify(line))
      .join('\n');
  }

  #read(text: string): void {
    let line: LogLine;
    try {
      line = JSON.parse(text);
    } catch {
      line = { msg: text };
    }
    this.lines.push(line);
    for (const watcher of this.#watchers) watcher(line);
  }
}
