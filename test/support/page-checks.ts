import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { SIZES, type WatchedPage } from './browser.js';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** WCAG 2.2 AA and what axe-core holds good besides. */
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** Words that stay as they are in every language: the brand, and a language's own name. */
const SAME_EVERYWHERE = ['Dropgate', 'English'];

interface Finding {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

export interface LookOptions {
  /** Names that the test itself gave, which may be in any language. */
  readonly names?: readonly string[];
}

/**
 * Looks at a page as it is now in both languages and both sizes: axe-core finds nothing, nothing is
 * cut off, no English is left in Korean. With SCREENSHOTS=directory it leaves pictures there.
 * The page ends in English at the size of a desktop.
 */
export async function lookAt(
  { page, seen }: WatchedPage,
  name: string,
  { names = [] }: LookOptions = {},
): Promise<void> {
  for (const language of ['ko', 'en'] as const) {
    // Not by the mouse: a dialog may be in front of it.
    await page.locator(`button.language[lang="${language}"]`).dispatchEvent('click');
    await page.locator(`html[lang="${language}"]`).waitFor({ state: 'attached' });
    for (const size of ['phone', 'desktop'] as const) {
      await page.setViewportSize(SIZES[size]);
      const where = `${name}, ${language}, ${size}`;
      await takePicture(page, `${name}-${language}-${size}`);
      await expectNothingCutOff(page, where);
      await expectAccessible(page, where);
    }
    if (language === 'ko') await expectKorean(page, name, names);
  }
  expect(seen.violations, name).to.deep.equal([]);
  expect(seen.errors, name).to.deep.equal([]);
}

/** axe-core finds nothing on the page as it is now. */
export async function expectAccessible(page: Page, where: string): Promise<void> {
  if (!(await page.evaluate('"axe" in window'))) await page.evaluate(AXE);
  const options = JSON.stringify({ runOnly: RULES, resultTypes: ['violations'] });
  const told = await settled(async () => {
    const found = (await page.evaluate(
      `axe.run(document, ${options}).then(({ violations }) => violations)`,
    )) as Finding[];
    return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
  });
  expect(told, where).to.deep.equal([]);
}

/**
 * How long a page may take to settle: charts are drawn anew a moment after the window has another
 * size, and a live region says again in another language what it has said.
 */
const SETTLED_MS = 3_000;

/** What a check finds once the page has settled: nothing, or what stays. */
async function settled(check: () => Promise<string[]>): Promise<string[]> {
  const deadline = Date.now() + SETTLED_MS;
  let found = await check();
  while (found.length > 0 && Date.now() < deadline) found = await check();
  return found;
}

/** The page is no wider than the window, and no text is wider than its own box. */
export async function expectNothingCutOff(page: Page, where: string): Promise<void> {
  const wide = await settled(() =>
    page.evaluate(`
    [...document.querySelectorAll('body, main, main *, header *')]
      .filter((element) => element.checkVisibility() && !element.closest('.unseen, .scroll'))
      .filter((element) => {
        const { left, right, width } = element.getBoundingClientRect();
        const outside = width > 0 && (left < -1 || right > innerWidth + 1);
        return outside || (element.clientWidth > 0 && element.scrollWidth > element.clientWidth + 1);
      })
      .map((element) => element.outerHTML.slice(0, 200))
  `),
  );
  expect(wide, where).to.deep.equal([]);
}

/** Whatever a person can see or hear of the page. */
const TEXTS = `
  (() => {
    const texts = [document.title];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (!node.parentElement.closest('script, style, noscript')) texts.push(node.data);
    }
    for (const element of document.querySelectorAll('*')) {
      for (const name of ['aria-label', 'title', 'alt', 'placeholder', 'aria-description']) {
        texts.push(element.getAttribute(name) ?? '');
      }
    }
    return texts;
  })()
`;

/** Nothing of what a person can see or hear of the page has a word in Latin letters. */
export async function expectKorean(
  page: Page,
  where: string,
  names: readonly string[] = [],
): Promise<void> {
  const known = [...SAME_EVERYWHERE, ...names].sort((a, b) => b.length - a.length);
  const latin = async () => {
    const texts = (await page.evaluate(TEXTS)) as string[];
    const left = texts.map((text) => known.reduce((rest, word) => rest.replaceAll(word, ''), text));
    return left.filter((text) => /[A-Za-z]{2,}/.test(text));
  };
  const left = await settled(latin);
  expect(left, `${where}: not in Korean`).to.deep.equal([]);
}

/** A picture of the whole page, where they were asked for. */
export async function takePicture(page: Page, name: string): Promise<void> {
  const directory = process.env.SCREENSHOTS;
  if (!directory) return;
  mkdirSync(directory, { recursive: true });
  await page.screenshot({
    path: `${directory}/${name}.png`,
    fullPage: true,
    animations: 'disabled',
  });
}
