import { writeFileSync } from 'node:fs';
import Mocha from 'mocha';

/** Connections that the tests have closed may need a moment to be gone. */
const LEAK_MS = 5000;

/** Mocha's own report, and its counts in a file for the launcher, which prints the last line. */
export default class CountingReporter extends Mocha.reporters.Spec {
  /**
   * @param {Mocha.Runner} runner
   * @param {Mocha.MochaOptions} options
   */
  constructor(runner, options) {
    super(runner, options);
    this.file = options.reporterOptions?.summary;
    runner.once('end', () => {
      this.#write(0);
      this.#watchForLeaks();
    });
    // Mocha would leave at once; this way the after hooks still stop what the tests have started.
    process.once('SIGINT', () => runner.abort());
    process.once('SIGTERM', () => runner.abort());
  }

  /** @param {number} more failures that belong to no test */
  #write(more) {
    if (!this.file) return;
    const { passes, failures, pending } = this.stats;
    const summary = { passed: passes, failed: failures + more, skipped: pending };
    writeFileSync(this.file, JSON.stringify(summary));
  }

  /** The timer alone keeps nothing alive: it fires only if something else was left open. */
  #watchForLeaks() {
    setTimeout(() => {
      const open = process.getActiveResourcesInfo().filter((name) => name !== 'Timeout');
      console.log(
        `  The tests are over, but something that they opened keeps the process alive (${open.join(', ') || 'timers'}).\n` +
          '  Close it in an after hook.\n',
      );
      this.#write(1);
      process.exit(1);
    }, LEAK_MS).unref();
  }
}
