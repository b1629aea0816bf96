/** What a date field holds for a moment, by the clock of whoever looks; empty for none. */
export function toField(timestamp: string | null): string {
  if (timestamp === null) return '';
  const at = new Date(timestamp);
  const local = new Date(at.getTime() - at.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 19);
}

/** The moment that stands in a date field; `null` for none. What is no date stays as it is. */
export function fromField(text: string): string | null {
  if (text === '') return null;
  const at = new Date(text);
  return Number.isNaN(at.getTime()) ? text : at.toISOString();
}
