import { escaped } from './bars.mjs';

/** Curves over what grows, as a picture: the axis below is logarithmic. */

const COLOURS = ['#1a1a1a', '#3b6fb6', '#6aa84f', '#c0504d', '#8e6bbf'];
const WIDTH = 760;
const HEIGHT = 400;
const PLOT = { left: 80, right: 600, top: 60, bottom: 340 };
const STEPS = 4;

/** @param {import('../growth/index.mjs').Curve} curve @returns {string} SVG */
export function renderCurves({ title, x, unit, series, points }) {
  const along = Object.keys(points[0])[0];
  const names = Object.keys(series);
  const most = Math.max(...points.flatMap((point) => names.map((name) => point[name] ?? 0)));
  const top = niceAbove(most);
  const at = placing(
    points.map((point) => point[along]),
    top,
  );
  const told = points.map(
    (point) =>
      `${point[along]}: ${names.map((name) => `${series[name]} ${short(point[name])}`).join(', ')}`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-labelledby="title desc" font-family="system-ui, sans-serif" font-size="13">
<title id="title">${escaped(title)}</title>
<desc id="desc">${escaped(`${unit}, by ${x}. ${told.join('; ')}`)}.</desc>
<rect width="100%" height="100%" fill="#ffffff"/>
<text x="16" y="28" font-size="16" font-weight="600" fill="#1a1a1a">${escaped(title)}</text>
${grid(top, unit, at)}
${points.map((point) => tick(at.x(point[along]), point[along])).join('\n')}
<text x="${(PLOT.left + PLOT.right) / 2}" y="${HEIGHT - 18}" text-anchor="middle" fill="#555555">${escaped(x)}</text>
${names
  .map((name, i) =>
    line(
      points.map((point) => [at.x(point[along]), at.y(point[name])]),
      series[name],
      i,
    ),
  )
  .join('\n')}
</svg>
`;
}

function placing(values, top) {
  const [low, high] = [Math.log(Math.min(...values)), Math.log(Math.max(...values))];
  const span = high - low || 1;
  return {
    x: (value) => PLOT.left + ((Math.log(value) - low) / span) * (PLOT.right - PLOT.left),
    y: (value) => PLOT.bottom - ((value ?? 0) / top) * (PLOT.bottom - PLOT.top),
  };
}

function grid(top, unit, at) {
  const lines = Array.from({ length: STEPS + 1 }, (_none, i) => {
    const value = (top / STEPS) * i;
    const y = at.y(value).toFixed(1);
    return `<line x1="${PLOT.left}" x2="${PLOT.right}" y1="${y}" y2="${y}" stroke="#dddddd"/><text x="${PLOT.left - 8}" y="${Number(y) + 4}" text-anchor="end" fill="#555555">${short(value)}</text>`;
  });
  return [
    ...lines,
    `<text x="16" y="${PLOT.top - 14}" fill="#555555">${escaped(unit)}</text>`,
  ].join('\n');
}

function tick(x, value) {
  return `<text x="${x.toFixed(1)}" y="${PLOT.bottom + 20}" text-anchor="middle" fill="#555555">${value.toLocaleString('en')}</text>`;
}

function line(places, name, i) {
  const colour = COLOURS[i % COLOURS.length];
  const path = places.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(' ');
  const dots = places.map(
    ([x, y]) => `<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="3" fill="${colour}"/>`,
  );
  const key = PLOT.top + i * 22;
  return `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2"/>${dots.join('')}
<rect x="${PLOT.right + 24}" y="${key}" width="12" height="12" fill="${colour}"/><text x="${PLOT.right + 42}" y="${key + 11}" fill="#1a1a1a">${escaped(name)}</text>`;
}

/** @returns {number} 1, 2, 4 or 8 times a power of ten, so that a quarter of it is a round number */
export function niceAbove(value) {
  const power = 10 ** Math.floor(Math.log10(value || 1));
  return ([1, 2, 4, 8, 10].find((step) => step * power >= value) ?? 10) * power;
}

function short(value) {
  return value === null || value === undefined
    ? '–'
    : value.toLocaleString('en', { maximumFractionDigits: value < 10 ? 2 : 0 });
}
