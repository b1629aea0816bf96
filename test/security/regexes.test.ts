import { readdirSync, readFileSync } from 'node:fs';
import { expect } from 'chai';
import { isSafe } from 'redos-detector';
import { System } from '../support/system.js';
import { compile, regexLiterals } from './regex-literals.js';

const FOLDERS = ['api', 'core', 'lua', 'workers', 'migrations', 'web'];

/** Sources by their path. */
function sources(): [string, string][] {
  return FOLDERS.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file): [string, string] => {
        const path = `${folder}/${file}`;
        return [path, readFileSync(path, 'utf8')];
      }),
  );
}

/** Long texts that nearly fit: what makes an expression that backtracks go through every way. */
function trials(length: number, end: string): string[] {
  const units = [
    'a',
    '0',
    ' ',
    '-',
    '.',
    ':',
    'Bearer ',
    'a0-',
    '\t ',
    '가',
    '=',
    '/',
    '{',
    '\n',
    '_',
  ];
  return units.flatMap((unit) => {
    const run = unit.repeat(length / unit.length);
    return [run, `${run}${end}`, `s0-${run}!`, `Bearer ${run} x`];
  });
}

describe('Regular expressions', () => {
  let system: System;

  before(async () => {
    system = await System.start();
  });

  after(() => system.stop());

  it('are found in a source wherever they stand, and nothing else is taken for one', () => {
    const source = [
      'const a = /x+/.test(b) ? c / d / e : "/no/";',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: a source, to be read as one
      '// /no/\n/* /no/ */ return /[/\\]]\\//gi; f(/y/, `/no/${g(/in/)} ${h / 2} /no/`);',
      "if (x) { y = z\n  .replace(/\\s/g, '/no/') } const q = [/w/u]; k = { l: /m/ }; v = (1 + 2) / 3 / 4;",
    ].join('\n');
    const wanted = ['/x+/', '/[/\\]]\\//gi', '/y/', '/in/', '/\\s/g', '/w/u', '/m/'];
    expect(regexLiterals(source)).to.deep.equal(wanted);
  });

  it('cannot be made to backtrack without end: none in any source that serves', () => {
    const found = sources().flatMap(([path, text]) =>
      regexLiterals(text).map((literal) => ({ path, literal })),
    );
    expect(found).to.have.length.above(15);
    const unsafe = found.filter(({ literal }) => !isSafe(compile(literal)).safe);
    expect(unsafe).to.deep.equal([]);
  });

  it('that would be unsafe are told as such by the checker', () => {
    for (const evil of [/^(a+)+$/, /^\s*(.*)\s*$/, /^(\w+\s?)*$/]) {
      expect(isSafe(evil).safe, String(evil)).to.equal(false);
    }
  });

  it('are nowhere made out of text at run time', () => {
    const made = sources().filter(([, text]) => /\bRegExp\(/.test(text));
    expect(made.map(([path]) => path)).to.deep.equal([]);
  });

  it('end within moments on long texts that nearly fit', () => {
    const literals = new Set(sources().flatMap(([, text]) => regexLiterals(text)));
    const texts = trials(16_384, '\u0000');
    let slowest = { literal: '', ms: 0 };
    for (const literal of literals) {
      const began = performance.now();
      for (const text of texts) compile(literal).test(text);
      const ms = performance.now() - began;
      if (ms > slowest.ms) slowest = { literal, ms };
    }
    console.log(
      `        ${literals.size} expressions, ${texts.length} texts of 16 KiB; the slowest: ` +
        `${slowest.literal}, ${slowest.ms.toFixed(1)} ms for all texts`,
    );
    // A catastrophic one would take longer than the universe; this leaves room for a slow machine.
    expect(slowest.ms).to.be.below(30_000);
  });

  it('of the libraries stand up to the same texts, through the doors', async () => {
    const ops = system.ops();
    const began = performance.now();
    for (const text of trials(7_000, '!')) {
      const stranger = system.stranger();
      const q = encodeURIComponent(text.slice(0, 190));
      expect((await stranger.get(`/api/products?q=${q}`)).status).to.be.below(500);
      expect((await stranger.get(`/api/products?cursor=${q}&state=${q}`)).status).to.equal(422);
      const sale = { productId: text, title: text, opensAt: text, closesAt: `2026-01-01T${text}` };
      expect((await ops.post('/api/ops/sales', sale)).status).to.be.oneOf([413, 422]);
      const headers = {
        authorization: `Bearer ${Buffer.from(text.replaceAll('\n', ' ')).toString('latin1')}`,
      };
      expect((await stranger.send('GET', '/api/cart', undefined, headers)).status).to.be.oneOf([
        401, 431,
      ]);
      const cookie = `dropgate_ops=${encodeURIComponent(text.slice(0, 2_000))}; ${';'.repeat(500)}`;
      expect((await stranger.send('GET', '/ops', undefined, { cookie })).status).to.be.oneOf([
        303, 431,
      ]);
    }
    console.log(`        ${(performance.now() - began).toFixed(0)} ms for all of it`);
  });
});
