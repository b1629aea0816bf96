import { language } from './language.js';

const formats = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat>();

/** Building a formatter costs far more than using it, and timers use them every second. */
function kept<F extends Intl.NumberFormat | Intl.DateTimeFormat>(name: string, make: () => F): F {
  const key = `${language()} ${name}`;
  const known = formats.get(key) as F | undefined;
  const format = known ?? make();
  if (!known) formats.set(key, format);
  return format;
}

/** An amount in minor units as people write it: 1250 USD is $12.50, 1250 KRW is ₩1,250. */
export function money(minorUnits: number, currency: string): string {
  try {
    const format = kept(
      `money ${currency}`,
      () => new Intl.NumberFormat(language(), { style: 'currency', currency }),
    );
    const decimals = format.resolvedOptions().maximumFractionDigits ?? 0;
    return format.format(minorUnits / 10 ** decimals);
  } catch {
    return `${count(minorUnits)} ${currency}`;
  }
}

export function count(n: number): string {
  return kept('count', () => new Intl.NumberFormat(language())).format(n);
}

/** A moment with its date, by the buyer's time zone. */
export function moment(timestamp: string): string {
  return kept(
    'moment',
    () =>
      new Intl.DateTimeFormat(language(), {
        month: 'short',
        day: 'numeric',
        weekday: 'short',
        hour: 'numeric',
        minute: '2-digit',
      }),
  ).format(new Date(timestamp));
}

/** A moment of today, to the second. */
export function clockTime(timestamp: string | number): string {
  const format = kept('time', () => new Intl.DateTimeFormat(language(), { timeStyle: 'medium' }));
  return format.format(new Date(timestamp));
}

type Unit = 'day' | 'hour' | 'minute' | 'second';

/** `2 days` or `2일`, as the language writes it. */
function inUnits(n: number, unit: Unit): string {
  const options = { style: 'unit', unit, unitDisplay: 'long' } as const;
  return kept(`unit ${unit}`, () => new Intl.NumberFormat(language(), options)).format(n);
}

/** What is left on a timer: `4:05`, `1:04:05`, `2 days 03:04:05`. Rounds up, never below zero. */
export function timer(milliseconds: number): string {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  const days = Math.floor(seconds / 86_400);
  const hours = Math.floor((seconds % 86_400) / 3_600);
  const minutes = Math.floor((seconds % 3_600) / 60);
  const tail = `${two(minutes)}:${two(seconds % 60)}`;
  if (days > 0) return `${inUnits(days, 'day')} ${two(hours)}:${tail}`;
  if (hours > 0) return `${hours}:${tail}`;
  return `${minutes}:${two(seconds % 60)}`;
}

/** A span in words: `5 minutes`, `1 hour 30 minutes`. */
export function span(seconds: number): string {
  const hours = Math.floor(seconds / 3_600);
  const minutes = Math.floor((seconds % 3_600) / 60);
  const rest = seconds % 60;
  const parts: string[] = [];
  if (hours > 0) parts.push(inUnits(hours, 'hour'));
  if (minutes > 0) parts.push(inUnits(minutes, 'minute'));
  if (rest > 0 && hours === 0) parts.push(inUnits(rest, 'second'));
  return parts.join(' ');
}

function two(n: number): string {
  return String(n).padStart(2, '0');
}
