import { type Logger, pino } from 'pino';

export type Log = Logger;

/**
 * JSON lines on standard output. Whatever an object under one of these names holds is removed:
 * no secret and no buyer's token reaches a log.
 */
export function createLog(process: 'gateway' | 'worker' | 'migrate', level: string): Log {
  return pino({
    level,
    base: { process },
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: {
      paths: ['token', 'authorization', 'cookie', '*.token', '*.authorization', '*.cookie'],
      remove: true,
    },
  });
}
