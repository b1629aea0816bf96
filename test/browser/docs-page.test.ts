import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { type Sightings, TestBrowser, type WatchedPage } from '../support/browser.js';
import { OPS_TOKEN, System } from '../support/system.js';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** WCAG 2.2 AA with what it takes over from its predecessors, and more. */
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** What axe-core finds on the page as it stands. */
async function findings(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  return page.evaluate(`axe.run(document, { runOnly: ${JSON.stringify(RULES)} }).then(
    ({ violations }) => violations.flatMap(({ id, nodes }) =>
      nodes.map((node) => id + ' ' + node.html.slice(0, 200))))`);
}

function expectQuiet({ violations, errors, dialogs }: Sightings): void {
  expect({ violations, errors, dialogs }).to.deep.equal({
    violations: [],
    errors: [],
    dialogs: [],
  });
}

const OBJECTS = 'details[id^=object-]';
const OPERATIONS = 'details:not([id^=object-])';

/** Folds every part of the page open, or those of one kind. */
async function openAll(page: Page, kind = 'details'): Promise<void> {
  await page.evaluate(
    `document.querySelectorAll('${kind}').forEach((one) => { one.open = true; })`,
  );
  await page.waitForFunction(`[...document.querySelectorAll('${kind}')].every(
    (one) => one.querySelector('.part'))`);
}

/** As much of an operation as is looked at here. */
interface Described {
  readonly parameters: readonly { readonly name: string }[];
}

async function opened(page: Page, path = '/docs'): Promise<void> {
  await page.goto(path);
  await page.locator('#sockets').waitFor();
}

describe('The page that describes the API', () => {
  let system: System;
  let browser: TestBrowser;
  let watched: WatchedPage;
  let origin: string;

  before(async function () {
    browser = await TestBrowser.open(this);
    system = await System.start();
    origin = system.urls[0] as string;
  });

  beforeEach(async () => {
    watched = await browser.page(origin);
  });

  after(async () => {
    await browser?.close();
    await system?.stop();
  });

  it('shows every operation, event and object under the policy of the site, asking nobody else', async () => {
    const { page, seen } = watched;
    await opened(page);
    const { body } = await system.stranger().get('/openapi.json');
    const operations = Object.values(body.paths).flatMap((methods) =>
      Object.values(methods as object),
    );
    const shown = operations.length + Object.keys(body.components.schemas).length;
    expect(await page.locator('details').count()).to.equal(shown);
    await openAll(page);
    for (const event of ['attempts', 'stock', 'watch']) {
      expect(
        await page.locator('section', { has: page.locator('#sockets') }).textContent(),
      ).to.include(event);
    }
    expectQuiet(seen);
    expect(seen.requests.filter((url) => !url.startsWith(`${origin}/`))).to.deep.equal([]);
  });

  // Both at once would be thousands of elements, which take axe-core a minute on a busy machine.
  for (const { language, width, scheme, kind } of [
    { language: '한국어', width: 360, scheme: 'light', kind: OPERATIONS },
    { language: 'English', width: 1280, scheme: 'dark', kind: OBJECTS },
  ] as const) {
    it(`is accessible, closed and open, ${language}, ${width} wide, ${scheme}, and nothing sticks out`, async () => {
      const { page } = watched;
      await page.setViewportSize({ width, height: 800 });
      await page.emulateMedia({ colorScheme: scheme });
      await opened(page);
      await page.getByRole('button', { name: language, exact: true }).click();
      expect(await findings(page)).to.deep.equal([]);
      await openAll(page, kind);
      expect(await findings(page)).to.deep.equal([]);
      await openAll(page);
      const sticksOut = await page.evaluate(
        'document.documentElement.scrollWidth > document.documentElement.clientWidth',
      );
      expect(sticksOut).to.equal(false);
    });
  }

  it('speaks Korean but for what the description says itself', async () => {
    const { page } = watched;
    await opened(page);
    await page.getByRole('button', { name: '한국어' }).click();
    await openAll(page);
    const words = await page.evaluate(`(() => {
      const copy = document.querySelector('main').cloneNode(true);
      copy.querySelectorAll('[lang=en], code, pre, textarea, a[href^="#object-"]').forEach((one) => one.remove());
      return copy.textContent;
    })()`);
    const { body } = await system.stranger().get('/openapi.json');
    // Addresses and names of objects stand in captions; the rest is the same in every language.
    const operations = Object.values(body.paths as Record<string, Record<string, Described>>);
    const parameters = operations
      .flatMap((methods) => Object.values(methods))
      .flatMap((operation) => operation.parameters.map(({ name }) => name.split('-')))
      .flat();
    const same = ['API', 'JSON', 'Socket', 'path', 'query', 'header'];
    const known = new Set([...Object.keys(body.components.schemas), ...parameters, ...same]);
    const english = String(words)
      .replace(/(?:GET|POST|PUT|PATCH|DELETE)(?: \/[\w/{}.-]+)?/g, '')
      .match(/[A-Za-z]{3,}/g);
    expect((english ?? []).filter((word) => !known.has(word))).to.deep.equal([]);
  });

  it('lets a visitor become a guest, buy, and read what came of it', async () => {
    const { page, seen } = watched;
    const sale = await system.createSale();
    await opened(page, '/docs#enterSale');
    await page.getByRole('button', { name: 'Become a guest' }).click();
    await page.getByText(/^You are guest-/).waitFor();
    const form = page.locator('#enterSale form');
    await form.getByLabel('id (path)').fill(sale);
    await form.getByRole('button').click();
    await form.getByText(/^202/).waitFor();
    const answer = await form.locator('pre').textContent();
    expect(answer).to.include('Location: /api/attempts/').and.to.include('"ticket": 1');
    expectQuiet(seen);
  });

  it('shows a problem as it is, and uses the ops token for what operators do', async () => {
    const { page } = watched;
    await opened(page, '/docs#createProduct');
    const form = page.locator('#createProduct form');
    await form.getByLabel('Body, JSON').fill('{"name": "tea", "price": 5}');
    await form.getByRole('button').click();
    await form.getByText(/^401/).waitFor();
    expect(await form.locator('pre').textContent()).to.include('"code": "unauthenticated"');
    await page.getByLabel('Ops token').fill(OPS_TOKEN);
    await form.getByRole('button').click();
    await form.getByText(/^201/).waitFor();
    expect(await form.locator('pre').textContent()).to.include('"name": "tea"');
  });

  it('can be worked by the keyboard alone', async () => {
    const { page } = watched;
    await opened(page);
    await page.locator('#readSale summary').focus();
    await page.keyboard.press('Enter');
    await page.locator('#readSale form').waitFor();
    for (let steps = 0; steps < 30; steps += 1) {
      await page.keyboard.press('Tab');
      const id = await page.evaluate('document.activeElement.id');
      if (id === 'readSale-id') break;
    }
    await page.keyboard.type('none');
    await page.keyboard.press('Enter');
    await page.locator('#readSale form').getByText(/^404/).waitFor();
  });

  it('says so when the description cannot be had', async () => {
    const { page } = watched;
    await page.route('**/openapi.json', (route) => route.abort());
    await page.goto('/docs');
    await page.getByText('could not be loaded').waitFor();
  });
});
