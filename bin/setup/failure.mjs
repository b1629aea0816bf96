/** A failure that the reader can mend: its message names the remedy, so no stack is shown. */
export class SetupError extends Error {
  /**
   * @param {string} message
   * @param {{cause?: unknown, output?: string}} [more] `output`: the last lines of what failed
   */
  constructor(message, more = {}) {
    super(message, { cause: more.cause });
    this.name = 'SetupError';
    this.output = more.output ?? '';
  }
}

/** Someone asked us to stop (Ctrl-C, SIGTERM, a dead parent): not an error, but nothing goes on. */
export class Stopped extends Error {
  /** @param {string} reason */
  constructor(reason) {
    super(`stopped: ${reason}`);
    this.name = 'Stopped';
    this.reason = reason;
  }
}

/** @param {unknown} error Node's own functions wrap the reason into an AbortError */
export function isStop(error) {
  return error instanceof Stopped || (error?.name === 'AbortError' && isStop(error.cause));
}

/**
 * @param {unknown} error
 * @returns {string} for the terminal
 */
export function describeFailure(error) {
  if (!(error instanceof SetupError)) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
  const cause = error.cause instanceof Error ? `\n  cause: ${error.cause.message}` : '';
  const output = error.output ? `\n${indent(error.output)}` : '';
  return `${error.message}${cause}${output}`;
}

/** @param {string} text */
function indent(text) {
  return text.replace(/^/gm, '  | ');
}
