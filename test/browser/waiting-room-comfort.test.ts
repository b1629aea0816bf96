import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { TestBrowser, type WatchedPage } from '../support/browser.js';
import { eventually } from '../support/eventually.js';
import { expectAccessible, expectNothingCutOff, lookAt } from '../support/page-checks.js';
import { System } from '../support/system.js';

/** Layout that moves by more than this is what browsers call unstable. */
const STEADY = 0.1;

describe('The waiting room, for everybody', () => {
  let system: System;
  let browser: TestBrowser;
  let watched: WatchedPage;
  let page: Page;
  let origin: string;

  before(async function () {
    browser = await TestBrowser.open(this);
    system = await System.start({ lanes: 1 });
    origin = system.urls[0] as string;
  });

  beforeEach(async () => {
    watched = await browser.page(origin, { size: 'phone' });
    page = watched.page;
  });

  afterEach(() => watched.page.close());

  after(async () => {
    await browser?.close();
    await system?.stop();
  });

  const createSale = (fields: Readonly<Record<string, unknown>> = {}) =>
    system.createSale({ title: '새벽 한정 판매', ...fields });

  const until = (phase: string) => page.locator(`#panel[data-phase="${phase}"]`).waitFor();

  async function visit(saleId: string, at = origin): Promise<void> {
    await page.goto(`${at}/sales/${saleId}`);
    await until('open');
    await page.locator('#connection[data-connection="live"]').waitFor();
  }

  /** Tab, as often as it takes to get there; fails when the page has no such place. */
  async function tabTo(id: string): Promise<void> {
    for (let presses = 0; presses < 20; presses += 1) {
      await page.keyboard.press('Tab');
      if (await page.locator(`#${id}:focus`).count()) return;
    }
    throw new Error(`the keyboard does not get to #${id}`);
  }

  /** Resolves when the panel shows other figures: a hold counts down. */
  async function untilDrawnAgain(): Promise<void> {
    const shown = () => page.locator('#panel').textContent();
    const before = await shown();
    await eventually(shown, (text) => text !== before);
  }

  it('can be used by the keyboard alone, and never loses its focus', async () => {
    await visit(await createSale({ perBuyerLimit: 2 }));
    await tabTo('more');
    await page.keyboard.press('Enter');
    await tabTo('buy');
    await page.keyboard.press('Enter');
    await until('held');
    await page.locator('#headline:focus').waitFor();
    await page.locator('#confirm:enabled').waitFor();
    await tabTo('leave');
    await page.keyboard.press('Enter');
    await page.locator('dialog').waitFor();
    await page.keyboard.press('Escape');
    await page.locator('#leave:focus').waitFor();
    await page.keyboard.press('Shift+Tab');
    await page.locator('#confirm:focus').waitFor();
    await page.keyboard.press('Enter');
    await until('confirmed');
    await page.locator('#headline:focus').waitFor();
    expect(await page.locator('#ticket').textContent()).to.include('quantity 2');
  });

  it('leaves the focus where it is when a question that stood for a while has gone', async () => {
    await visit(await createSale());
    await page.locator('#buy').click();
    await until('held');
    await page.locator('#leave').press('Enter');
    await page.locator('#leave-no:focus').waitFor();
    await untilDrawnAgain();
    await page.keyboard.press('Escape');
    await page.locator('#leave:focus').waitFor();
    await untilDrawnAgain();
    await untilDrawnAgain();
    expect(await page.locator('#leave:focus').count()).to.equal(1);
  });

  it('does not move under the finger, from loading to the end', async () => {
    await page.addInitScript(`
      window.shifts = [];
      new PerformanceObserver((list) => {
        for (const { value, hadRecentInput } of list.getEntries()) {
          if (!hadRecentInput) shifts.push(value);
        }
      }).observe({ type: 'layout-shift', buffered: true });
    `);
    await visit(await createSale());
    await page.locator('#buy').click();
    await until('held');
    await page.locator('#confirm').click();
    await until('confirmed');
    const shifts = (await page.evaluate('shifts')) as number[];
    const sum = shifts.reduce((a, b) => a + b, 0);
    console.log(`      layout shifts: ${shifts.length}, ${sum.toFixed(4)} in all`);
    expect(sum).to.be.at.most(STEADY);
  });

  it('fits a window of 320 pixels, and text of twice the size', async () => {
    await page.setViewportSize({ width: 320, height: 568 });
    await visit(await createSale({ perBuyerLimit: 4 }));
    await page.locator('#buy').click();
    for (const language of ['ko', 'en']) {
      await page.locator(`button.language[lang="${language}"]`).click();
      await expectNothingCutOff(page, `320 pixels, ${language}`);
      await page.evaluate("document.documentElement.style.fontSize = '200%'");
      await page.setViewportSize({ width: 640, height: 800 });
      await expectNothingCutOff(page, `text of 200 %, ${language}`);
      await page.evaluate("document.documentElement.style.fontSize = ''");
      await page.setViewportSize({ width: 320, height: 568 });
    }
  });

  it('is readable in the dark, and stands still for those who want that', async () => {
    await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
    await visit(await createSale({ perBuyerLimit: 4 }));
    await expectAccessible(page, 'open, dark');
    await page.locator('#buy').click();
    await until('held');
    await page.locator('#confirm:enabled').waitFor();
    await expectAccessible(page, 'held, dark');
    expect(await page.evaluate('document.getAnimations().length')).to.equal(0);
  });

  it('tells screen readers each state once, and warns before the deadline', async () => {
    await visit(await createSale({ holdSeconds: 13 }));
    await page.evaluate(`
      window.said = [];
      new MutationObserver(() => said.push(document.querySelector('#announcer').textContent))
        .observe(document.querySelector('#announcer'), { childList: true, characterData: true, subtree: true });
    `);
    await page.locator('#buy').click();
    await eventually(
      () => page.locator('#announcer').textContent(),
      (text) => text?.startsWith('Your time ran out') === true,
      30_000,
    );
    const said = (await page.evaluate('said')) as string[];
    console.log(said.map((text) => `      “${text}”`).join('\n'));
    const warned = said.indexOf('10 seconds left to confirm.');
    expect(said[warned - 1]).to.match(/^Kept for you\./);
    expect(said.at(-1)).to.match(/^Your time ran out\./);
    expect(new Set(said).size).to.equal(said.length);
    expect(said.length).to.be.at.most(6);
  });

  it('calls the buyer by sound and title when it is their turn, if they want that', async () => {
    await page.context().grantPermissions(['notifications']);
    await page.addInitScript(`
      window.tones = 0;
      const { start } = OscillatorNode.prototype;
      OscillatorNode.prototype.start = function (...when) { tones += 1; return start.apply(this, when); };
    `);
    const sale = await createSale();
    await visit(sale);
    await page.locator('#notice').check();
    await page.reload();
    await until('open');
    expect(await page.locator('#notice').isChecked()).to.equal(true);
    await page.locator('#buy').click();
    await until('held');
    await eventually(
      () => page.evaluate('tones'),
      (tones) => tones === 2,
    );
    expect(await page.title()).to.include('It is your turn');
  });

  it("leaves confirming to the shop's checkout where the shop wants that", async () => {
    await system.startGateway({ BUYER_CONFIRM: 'off' });
    await visit(await createSale(), system.urls[1] as string);
    await page.locator('#buy').click();
    await until('held');
    await page.locator('#confirm').click();
    await page.locator('#detail', { hasText: 'checkout of the shop' }).waitFor();
    expect(await page.locator('#confirm').count()).to.equal(0);
    await lookAt(watched, 'held-shop');
  });
});
