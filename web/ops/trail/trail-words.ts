import { count, money } from '../../ui/format.js';
import { localTime } from '../format.js';
import { lookUp } from '../texts.js';

/** Fields that are a moment; the trail has some as milliseconds. */
const MOMENTS = new Set(['opensAt', 'closesAt']);

/** Shown in full where they are: here they would only be long. */
const LONG = new Set(['description', 'productId']);

/** What was set, as `field value`. */
export function detailWords(detail: unknown): string[] {
  if (typeof detail !== 'object' || detail === null) return [];
  const { currency } = detail as { currency?: string };
  return Object.entries(detail)
    .filter(([name]) => !LONG.has(name))
    .map(([name, value]) => `${nameWords(name)}: ${valueWords(name, value, currency)}`);
}

function valueWords(name: string, value: unknown, currency: string | undefined): string {
  if (value === null) return '–';
  if (name === 'price' && currency !== undefined) return money(value as number, currency);
  if (MOMENTS.has(name)) return localTime(new Date(value as number | string).toISOString());
  return typeof value === 'number' ? count(value) : String(value);
}

function nameWords(name: string): string {
  return lookUp(`trail.field.${name}`) ?? lookUp(`field.${name}`) ?? name;
}
