import { readdirSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';

/** Where the build puts the browser's files; tests run from dist/test/web. */
const WEB = fileURLToPath(new URL('../../web/', import.meta.url));

/** Compressed JavaScript and CSS of the waiting room, Socket.IO's client included. */
const LIMIT_BYTES = 60_000;

/** Everything that a page loads by itself: what its HTML names, and what those scripts import. */
function loadedBy(page: string): Set<string> {
  const html = readFileSync(`${WEB}pages/${page}`, 'utf8');
  const found = new Set<string>();
  const queue = [...html.matchAll(/(?:src|href)="\/assets\/([^"]+\.(?:js|css))"/g)];
  for (const [, file] of queue) {
    if (!file || found.has(file)) continue;
    found.add(file);
    const text = file.endsWith('.js') ? readFileSync(`${WEB}assets/${file}`, 'utf8') : '';
    queue.push(...text.matchAll(/(?:from|import)\(?"\.\/([^"]+\.js)"/g));
  }
  return found;
}

function weigh(page: string, ending: '.gz' | '.br'): number {
  const files = [...loadedBy(page)];
  return files.reduce((sum, file) => sum + statSync(`${WEB}assets/${file}${ending}`).size, 0);
}

describe('The pages', () => {
  const pages = readdirSync(`${WEB}pages`).filter((file) => file.endsWith('.html'));

  it('are light: the waiting room weighs at most 60 kB', () => {
    for (const page of pages) {
      console.log(`      ${page}: ${weigh(page, '.gz')} B gzip, ${weigh(page, '.br')} B Brotli`);
    }
    expect([...loadedBy('sale.html')]).to.have.length.above(2);
    expect(weigh('sale.html', '.gz')).to.be.at.most(LIMIT_BYTES);
  });

  it('name every script that they need, so that none has to wait for another', () => {
    for (const page of pages) {
      const html = readFileSync(`${WEB}pages/${page}`, 'utf8');
      for (const file of loadedBy(page)) expect(html, page).to.include(`/assets/${file}`);
    }
  });
});
