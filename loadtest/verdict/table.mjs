import { countStates, durations, percentile, unitsSold } from './figures.mjs';

/** The verdict as text: what happened, how long it took, which promise held. */

export function renderVerdict({ title, buyers, entries, ledger, stock, promises }) {
  const blocks = [
    ['what happened', facts(buyers, entries, ledger, stock)],
    [timeHead(), times(buyers)],
    ['promises', promises.map(promiseLine)],
  ];
  const text = blocks.map(([head, lines]) => `  ${head}\n${lines.join('\n')}`).join('\n\n');
  return `\n${title}\n\n${text}\n\n${conclusion(promises)}\n`;
}

function facts(buyers, entries, ledger, stock) {
  const states = countStates(ledger.rows);
  const outcomes = countStates(buyers.map(({ outcome }) => ({ state: outcome ?? 'no answer' })));
  const presses = entries.filter(({ kind }) => kind === 'press');
  const at = (name, value) => `    ${name.padEnd(28)}${value}`;
  return [
    at('buyers', `${buyers.length}, who pressed ${presses.length} times for ${stock} units`),
    at('told', list(outcomes)),
    at('ledger', `${list(states)}; units held or sold: ${unitsSold(ledger.rows)}`),
    at('sold out at the door', buyers.filter(onlyRefused).length),
    at('told to come again', `429: ${count(entries, 429)}, 503: ${count(entries, 503)}`),
    at('requests without an answer', count(entries, 0)),
    at('ledger was complete after', `${ledger.waitedMs} ms`),
    ...(ledger.orders ? [at('orders', ordersText(ledger, entries))] : []),
  ];
}

function ordersText({ orders, products }, entries) {
  const left = products.map(({ available, stock }) => `${available} of ${stock}`).join(', ');
  const refused = entries.filter(({ code }) => code === 'out-of-stock').length;
  const carts = orders.filter(({ lines }) => lines.length > 1).length;
  const states = list(countStates(orders));
  return `${states}; ${carts} of several lines; refused as out of stock ${refused}; goods left ${left}`;
}

function times(buyers) {
  return [
    timeLine('click to place in line', durations(buyers, 'acceptedAt')),
    timeLine('click to result', durations(buyers, 'toldAt')),
  ];
}

function timeHead() {
  const cells = ['p50', 'p95', 'p99', 'max'].map((name) => name.padStart(10));
  return `${'how long it took (ms)'.padEnd(30)}${cells.join('')}`;
}

function timeLine(name, micros) {
  const cells = [50, 95, 99, 100].map((percent) => {
    const value = percentile(micros, percent);
    return (value === null ? '–' : (value / 1000).toFixed(1)).padStart(10);
  });
  return `    ${name.padEnd(28)}${cells.join('')}`;
}

function promiseLine({ name, value, broken, examples }) {
  const line = `    ${broken ? 'BROKEN' : 'kept  '}  ${name.padEnd(28)}${String(value).padStart(8)}`;
  return [line, ...examples.map((example) => `              ${example}`)].join('\n');
}

function conclusion(promises) {
  const broken = promises.filter((promise) => promise.broken);
  if (broken.length === 0) return `All ${promises.length} promises were kept.`;
  return `Broken promises: ${broken.map(({ name, value }) => `${name} (${value})`).join(', ')}`;
}

function list(counts) {
  const parts = Object.entries(counts).map(([name, value]) => `${name} ${value}`);
  return parts.sort().join(', ') || 'nothing';
}

function count(entries, wanted) {
  return entries.filter(({ status }) => status === wanted).length;
}

function onlyRefused({ attempts, outcome }) {
  return attempts.size === 0 && outcome === 'sold-out';
}
