/** How many decimals a currency has: 2 for USD, none for KRW. */
function decimalsOf(currency: string): number {
  try {
    const format = new Intl.NumberFormat('en', { style: 'currency', currency });
    return format.resolvedOptions().maximumFractionDigits ?? 0;
  } catch {
    return 0;
  }
}

/** A whole number as it was typed, also with separators; what is none becomes NaN. */
export function wholeNumber(text: string): number {
  const plain = text.replace(/[\s,]/g, '');
  return /^[+-]?\d{1,15}$/.test(plain) ? Number(plain) : Number.NaN;
}

/** A price as people type it, `12.50`, in minor units; what is none becomes NaN. */
export function minorUnits(text: string, currency: string): number {
  const decimals = decimalsOf(currency);
  const match = /^(\d{1,15})(?:\.(\d{1,4}))?$/.exec(text.replace(/[\s,]/g, ''));
  const [, whole = '', fraction = ''] = match ?? [];
  if (!match || fraction.length > decimals) return Number.NaN;
  return Number(whole + fraction.padEnd(decimals, '0'));
}

/** The same the other way round. */
export function priceText(minor: number, currency: string): string {
  return (minor / 10 ** decimalsOf(currency)).toFixed(decimalsOf(currency));
}
