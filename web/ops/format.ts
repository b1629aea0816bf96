import { count, span } from '../ui/format.js';
import { language } from '../ui/language.js';

function unit(n: number, name: 'millisecond' | 'second', digits: number): string {
  return new Intl.NumberFormat(language(), {
    style: 'unit',
    unit: name,
    // The short Korean millisecond is written in Latin letters.
    unitDisplay: language() === 'ko' ? 'long' : 'short',
    maximumFractionDigits: digits,
  }).format(n);
}

/** A length of time, exact enough for an operator: `250 ms`, `3.4 sec`, `5 minutes 12 seconds`. */
export function duration(ms: number): string {
  if (ms < 1_000) return unit(Math.round(ms), 'millisecond', 0);
  if (ms < 60_000) return unit(ms / 1_000, 'second', 1);
  return span(Math.round(ms / 1_000));
}

export function percent(share: number, digits = 0): string {
  const options = { style: 'percent', maximumFractionDigits: digits } as const;
  return new Intl.NumberFormat(language(), options).format(share);
}

/** A number with one decimal where it is small. */
export function rate(n: number): string {
  return n > 0 && n < 10 ? count(Math.round(n * 10) / 10) : count(Math.round(n));
}

/** Day and time to the second, by the clock of whoever looks. */
export function localTime(timestamp: string): string {
  const options = { dateStyle: 'medium', timeStyle: 'medium' } as const;
  return new Intl.DateTimeFormat(language(), options).format(new Date(timestamp));
}

export function utcTime(timestamp: string): string {
  const iso = new Date(timestamp).toISOString();
  return `${iso.slice(0, 10)} ${iso.slice(11, 23)} UTC`;
}

/** The name of the time zone in which times are shown and typed. */
export function timeZone(): string {
  const options = { timeZoneName: 'long' } as const;
  const parts = new Intl.DateTimeFormat(language(), options).formatToParts(new Date());
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? 'UTC';
}
