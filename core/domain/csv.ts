/** What a spreadsheet would take for a formula, also behind a blank. */
const FORMULA = /^\s*[=+\-@]|^[\t\r]/;

/** One cell. A number is a number; a text is never a formula, and never breaks out of its cell. */
function cellOf(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const text = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** One line as RFC 4180 has it. */
export function csvLine(values: readonly (string | number | null)[]): string {
  return `${values.map(cellOf).join(',')}\r\n`;
}
