import { isStop } from './failure.mjs';

const TTY_TICK_MS = 250;
/** Without a terminal a line every 10 s says that it still works. */
const PLAIN_TICK_MS = 10_000;

/**
 * @typedef {{label: string, detail: string, startedAt: number, saidAt: number}} Task
 */

/** Says what is being done and for how long; several tasks may run side by side. */
export class Progress {
  /** @param {NodeJS.WriteStream} [stream] */
  constructor(stream = process.stdout) {
    this.stream = stream;
    this.startedAt = Date.now();
    this.live = Boolean(stream.isTTY);
    /** @type {Set<Task>} */
    this.tasks = new Set();
    /** @type {NodeJS.Timeout | undefined} */
    this.timer = undefined;
    // A closed terminal or pipe must not end the clean stop half-way.
    stream.on('error', () => {});
  }

  /**
   * @template T
   * @param {string} label
   * @param {(detail: (text: string) => void) => Promise<T>} work `detail` shows how far it is
   * @returns {Promise<T>}
   */
  async task(label, work) {
    /** @type {Task} */
    const task = { label, detail: '', startedAt: Date.now(), saidAt: Date.now() };
    this.tasks.add(task);
    this.#tick();
    try {
      const result = await work((text) => {
        task.detail = text;
      });
      this.#end(task);
      this.line(`  ok    ${label} (${seconds(task.startedAt)})`);
      return result;
    } catch (error) {
      this.#end(task);
      this.line(`  ${isStop(error) ? 'stop' : 'fail'}  ${label} (${seconds(task.startedAt)})`);
      throw error;
    }
  }

  /** @param {string} text a whole line, above the live one */
  line(text) {
    this.#erase();
    this.stream.write(`${text}\n`);
    this.#draw();
  }

  /** @returns {string} since the start of the command */
  elapsed() {
    return seconds(this.startedAt);
  }

  #tick() {
    this.#draw();
    this.timer ??= setInterval(
      () => (this.live ? this.#draw() : this.#sayPlainly()),
      this.live ? TTY_TICK_MS : 1000,
    );
  }

  /** @param {Task} task */
  #end(task) {
    this.#erase();
    this.tasks.delete(task);
    if (this.tasks.size === 0) {
      clearInterval(this.timer);
      this.timer = undefined;
    }
  }

  #erase() {
    if (this.live) this.stream.write('\r\u001b[2K');
  }

  #draw() {
    if (!this.live || this.tasks.size === 0) return;
    const parts = [...this.tasks].map((task) => {
      const detail = task.detail ? `: ${task.detail}` : '';
      return `${task.label} ${seconds(task.startedAt)}${detail}`;
    });
    // Cut to one row: a wrapped row can't be erased again.
    const text = `  ...   ${parts.join('  |  ')}`.slice(0, (this.stream.columns || 80) - 1);
    this.stream.write(`\r\u001b[2K${text}`);
  }

  #sayPlainly() {
    for (const task of this.tasks) {
      if (Date.now() - task.saidAt < PLAIN_TICK_MS) continue;
      task.saidAt = Date.now();
      const detail = task.detail ? `: ${task.detail}` : '';
      this.stream.write(`  ...   ${task.label} (${seconds(task.startedAt)})${detail}\n`);
    }
  }
}

/** @param {number} since */
function seconds(since) {
  return `${((Date.now() - since) / 1000).toFixed(1)} s`;
}
