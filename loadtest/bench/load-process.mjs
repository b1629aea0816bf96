import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('./load/main.mjs', import.meta.url));

/** The process of the buyers: one message, one answer. */
export class LoadProcess {
  #child = fork(MAIN, { serialization: 'advanced' });

  constructor() {
    // A channel that closes in the middle of a message: `ask` tells, by the end of the process.
    this.#child.on('error', () => {});
  }

  get pid() {
    return this.#child.pid;
  }

  /** @param {string} task @param {object} [message] @returns {Promise<any>} */
  ask(task, message = {}) {
    return new Promise((resolve, reject) => {
      const ended = () => reject(new Error('the process of the buyers ended'));
      if (!this.#child.connected) return ended();
      this.#child.once('exit', ended);
      this.#child.once('message', ({ answer, error }) => {
        this.#child.off('exit', ended);
        if (error) reject(new Error(`the buyers: ${error}`));
        else resolve(answer);
      });
      this.#child.send({ task, ...message });
    });
  }

  async stop() {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await exited;
  }
}
