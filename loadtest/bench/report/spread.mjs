/** What rounds have in common: the median, and the least and the most of them. */

/** @param {(number | null | undefined)[]} values @returns {{median: number, least: number, most: number, values: number[]} | null} */
export function spread(values) {
  const known = values.filter((value) => Number.isFinite(value));
  if (known.length === 0) return null;
  const sorted = [...known].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const median = Number.isInteger(middle)
    ? (sorted[middle - 1] + sorted[middle]) / 2
    : sorted[Math.floor(middle)];
  return { median, least: sorted[0], most: sorted[sorted.length - 1], values: known };
}

/** @param {(number | null)[]} values @returns {number | null} null when none tells */
export function sum(values) {
  const known = values.filter((value) => value !== null && value !== undefined);
  return known.length === 0 ? null : known.reduce((all, value) => all + value, 0);
}
