import { existsSync, readdirSync } from 'node:fs';

/** Where Debian and its like put the library, below a directory for the kind of machine. */
const PLACE = '/usr/lib';
const LIBRARY = 'faketime/libfaketime.so.1';

function library(): string | null {
  const machines = existsSync(PLACE) ? readdirSync(PLACE) : [];
  const found = machines.find((name) => existsSync(`${PLACE}/${name}/${LIBRARY}`));
  return found === undefined ? null : `${PLACE}/${found}/${LIBRARY}`;
}

/** What is missing for a process whose clock is wrong, in words; `null` when nothing is. */
export function faketimeMissing(): string | null {
  return library() ? null : 'libfaketime is not there: apt-get install libfaketime';
}

/** Environment of a process whose clock is so many seconds ahead; negative: behind. */
export function shiftedClock(seconds: number): Readonly<Record<string, string>> {
  const found = library();
  if (!found) throw new Error(faketimeMissing() as string);
  return {
    LD_PRELOAD: found,
    FAKETIME: `${seconds < 0 ? '' : '+'}${seconds}s`,
    // Timers go by the monotonic clock, which no wrong date ever moves.
    DONT_FAKE_MONOTONIC: '1',
  };
}
