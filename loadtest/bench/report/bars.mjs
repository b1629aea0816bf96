/** The table as a picture: server CPU an attempt, each bar in the parts that the processes used. */

const COLOURS = { gateway: '#3b6fb6', worker: '#6aa84f', redis: '#c0504d', mysql: '#8e6bbf' };
const NAMES = { gateway: 'gateway', worker: 'worker', redis: 'Redis', mysql: 'database' };
const LABELS = 230;
const WIDTH = 900;
const BARS = WIDTH - LABELS - 190;
const ROW = 30;
const TOP = 84;
/** A bar so many times as long as the next is cut short. */
const FAR_OFF = 2.5;

/** @param {any[]} summary @param {{title: string, note: string}} texts @returns {string} SVG */
export function renderBars(summary, { title, note }) {
  const most = longest(summary.map(({ cpuUs }) => cpuUs.median));
  const height = TOP + summary.length * ROW + 40;
  const rows = summary.map((row, at) => bar(row, TOP + at * ROW, BARS / most));
  const told = summary.map((row) => `${row.title} ${row.cpuUs.median.toFixed(0)} µs`).join('; ');
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="title desc" font-family="system-ui, sans-serif" font-size="13">
<title id="title">${escaped(title)}</title>
<desc id="desc">${escaped(told)}.</desc>
<rect width="100%" height="100%" fill="#ffffff"/>
<text x="16" y="28" font-size="17" font-weight="600" fill="#1a1a1a">${escaped(title)}</text>
${legend()}
${rows.join('\n')}
<text x="16" y="${height - 14}" font-size="11" fill="#555555">${escaped(note)}</text>
</svg>
`;
}

function legend() {
  return Object.entries(COLOURS)
    .map(([name, colour], at) => {
      const x = LABELS + at * 110;
      return `<rect x="${x}" y="44" width="12" height="12" fill="${colour}"/><text x="${x + 18}" y="55" fill="#1a1a1a">${NAMES[name]}</text>`;
    })
    .join('\n');
}

function bar({ title, cpuUs, cpuUsBy, timesFloor }, y, scale) {
  let x = LABELS;
  // One far off the others is cut short, with a gap that says so, or the others would not be seen.
  const cut = Math.min(1, BARS / (cpuUs.median * scale));
  const parts = Object.entries(COLOURS).map(([name, colour]) => {
    const width = partOf(cpuUsBy, name) * scale * cut;
    const rect = `<rect x="${x.toFixed(1)}" y="${y}" width="${width.toFixed(1)}" height="18" fill="${colour}"/>`;
    x += width;
    return rect;
  });
  if (cut < 1)
    parts.push(
      `<path d="M${LABELS + BARS - 34} ${y + 20}l8 -22" stroke="#ffffff" stroke-width="5"/>`,
    );
  const times = timesFloor ? `, ${timesFloor.median.toFixed(1)} × floor` : '';
  return `<text x="${LABELS - 10}" y="${y + 14}" text-anchor="end" fill="#1a1a1a">${escaped(title)}</text>
${parts.join('')}
<text x="${(x + 8).toFixed(1)}" y="${y + 14}" fill="#1a1a1a">${cpuUs.median.toFixed(0)} µs${times}</text>`;
}

/** @param {number[]} values @returns {number} what the longest bar stands for */
export function longest(values) {
  const [first, second = first] = [...values].sort((a, b) => b - a);
  return first > FAR_OFF * second ? second * 1.25 : first;
}

/** Several gateways are one part. */
function partOf(cpuUsBy, name) {
  const own = Object.entries(cpuUsBy).filter(([process]) => process.replace(/\d+$/, '') === name);
  return own.reduce((sum, [, us]) => sum + us, 0);
}

export function escaped(text) {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}
