import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../../bin/setup/places.mjs';

/**
 * @typedef {import('./defects.mjs').Defect} Defect
 * @typedef {{defect: Defect, outcome: import('./trial.mjs').Outcome}} Result
 */

/** @param {Result[]} results */
export function reportOf(results) {
  const survivors = results.filter(({ outcome }) => !outcome.caught).map(({ defect }) => defect);
  return { caught: results.length - survivors.length, survivors };
}

/** @param {Result[]} results of all defects */
export function writeReport(results) {
  const { caught, survivors } = reportOf(results);
  const named = survivors.map(({ name }) => `\`${name}\``).join(', ');
  const rows = results.map(({ defect, outcome }) => {
    const by = outcome.caught ? outcome.title : '**survived**';
    return `| \`${defect.name}\` | \`${defect.file}\` | ${cell(defect.breaks)} | ${cell(by)} |`;
  });
  const text = `# Planted bugs

Deliberate defects, planted one by one into a copy of the code: does the suite notice? Written by
\`npm run test:planted -- --write\`; the defects are in [test/planted/defects/](../test/planted/defects/).
Each is run with the test that should catch it; \`--whole\` runs the whole suite instead. A defect that
does not compile does not count as caught, and the same tests have to pass without any defect first.

**${caught} of ${results.length} caught.** ${survivors.length > 0 ? `Survivors: ${named}.` : 'No survivors.'}

| defect | in | what it breaks | caught by |
| --- | --- | --- | --- |
${rows.join('\n')}
`;
  writeFileSync(path.join(ROOT, 'docs', 'planted-bugs.md'), text);
}

/** @param {string} text */
function cell(text) {
  return text.replaceAll('|', '\\|').replace(/\s+/g, ' ');
}
