import { readFileSync } from 'node:fs';
import { expect } from 'chai';

/** Rows of the tables whose last column tells of a test. */
function rows(): { what: string; answer: string; proof: string }[] {
  const text = readFileSync('docs/security.md', 'utf8');
  const tables = text.slice(text.indexOf('## RFC 8725'));
  return tables
    .split('\n')
    .filter((line) => line.startsWith('| ') && !line.startsWith('| ---'))
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .filter(([, , , proof]) => proof !== 'test')
    .map(([, what = '', answer = '', proof = '']) => ({ what, answer, proof }));
}

/** As a title stands in a source: in quotes of one kind or another. */
function hasTest(file: string, title: string): boolean {
  const source = readFileSync(file, 'utf8');
  return ["'", '"', '`'].some((quote) => source.includes(`it(${quote}${title}${quote}`));
}

describe('The threat model in docs/security.md', () => {
  it('names for every row a test that there is, or says why none shows it', () => {
    expect(rows()).to.have.length.above(50);
    for (const { what, answer, proof } of rows()) {
      const [, file, title] = /^(test\/[\w./-]+\.test\.ts): (.+)$/.exec(proof) ?? [];
      if (file && title) expect(hasTest(file, title), `${what}: ${proof}`).to.equal(true);
      else expect(`${answer} ${proof}`, what).to.match(/not covered[^|]*, because /);
    }
  });
});
