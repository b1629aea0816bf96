/**
 * The one base of everything that is thrown. Expected outcomes are values, not errors: what is
 * thrown is a fault, and the edge answers it with 500 or 503.
 */
export class DropgateError extends Error {
  /** A slug for logs and metrics, such as `redis-unreachable`. */
  readonly code: string;
  /** What was being done, such as `enter`. */
  readonly operation: string;

  constructor(code: string, operation: string, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'DropgateError';
    this.code = code;
    this.operation = operation;
  }
}

/** A setting that is missing or wrong: printed without a stack, the process ends with 1. */
export class ConfigError extends DropgateError {
  constructor(message: string) {
    super('bad-config', 'read configuration', message);
    this.name = 'ConfigError';
  }
}
