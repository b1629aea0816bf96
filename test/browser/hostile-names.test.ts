import { expect } from 'chai';
import { type Sightings, TestBrowser, type WatchedPage } from '../support/browser.js';
import { eventually } from '../support/eventually.js';
import { logIn } from '../support/ops-desk.js';
import { createProduct, hold, order, putInCart } from '../support/shop.js';
import { System } from '../support/system.js';

/** Each would set `window.struck`, load from elsewhere or turn text around if it were no text. */
const HOSTILE = [
  '<img src=x onerror=struck=1>',
  '"><script>struck=1</script>',
  "'><svg onload=struck=1>",
  '</title></script><script>struck=1</script>',
  'javascript:struck=1',
  '<a href="javascript:struck=1">x</a>',
  '<iframe srcdoc="<script>parent.struck=1</script>">',
  '<style>body{display:none}</style>',
  '<base href=https://evil.example/>',
  '<img src=https://evil.example/pixel>',
  '{{constructor.constructor("struck=1")()}}',
  '$\u007bstruck=1}',
  '&lt;b&gt;&#60;script&#62;',
  'before \u202e after',
  '__proto__',
];

/** What our own scripts set the size of: bars and charts. */
const DRAWN = '.share, .uplot, .uplot *';

/** Elements that only markup in a name could have made. */
const FOREIGN = `img, iframe, svg, base, style, script:not([src]), [onerror], [onload], [style]:not(${DRAWN})`;

/** Whatever a page did in answer to a name. */
async function expectHarmless({ page, seen }: WatchedPage, origin: string): Promise<void> {
  expect(await page.evaluate('typeof struck')).to.equal('undefined');
  expect(await page.locator(FOREIGN).count()).to.equal(0);
  expect(await page.locator('a[href^="javascript:"]').count()).to.equal(0);
  expect(seen).to.deep.include({
    violations: [],
    errors: [],
    dialogs: [],
  } satisfies Partial<Sightings>);
  const elsewhere = seen.requests.filter((url) => new URL(url).host !== new URL(origin).host);
  expect(elsewhere).to.deep.equal([]);
}

describe('Names that are code, in a browser', () => {
  let system: System;
  let browser: TestBrowser;
  let watched: WatchedPage;
  let origin: string;
  const sales: string[] = [];
  const products: string[] = [];

  before(async function () {
    browser = await TestBrowser.open(this);
    system = await System.start();
    origin = system.urls[0] as string;
    for (const text of HOSTILE) {
      const productId = await createProduct(system, { name: text, description: text });
      products.push(productId);
      const sale = { productId, title: text, stock: 5 };
      sales.push((await system.ops().post('/api/ops/sales', sale)).body.id);
    }
  });

  beforeEach(async () => {
    watched = await browser.page(origin);
  });

  after(async () => {
    await browser?.close();
    await system?.stop();
  });

  it('stand in the shop as they were written', async () => {
    const { page } = watched;
    await page.goto('/');
    for (const text of HOSTILE) {
      await page.locator('#sales .card-title', { hasText: text }).first().waitFor();
      await page.locator('#products .card-title', { hasText: text }).first().waitFor();
    }
    const titles = await page.locator('#sales .card-title').allTextContents();
    expect(titles).to.have.members(HOSTILE);
    const names = await page.locator('#products .card-title').allTextContents();
    expect(names).to.have.members(HOSTILE);
    await expectHarmless(watched, origin);
  });

  it('stand on the page of their sale as they were written, through a purchase', async () => {
    const { page, seen } = watched;
    for (const [index, text] of HOSTILE.entries()) {
      await page.goto(`/sales/${sales[index]}`);
      await page.locator('#title', { hasText: text }).waitFor();
      expect(await page.locator('#title').textContent()).to.equal(text);
      expect(await page.locator('#description').textContent()).to.equal(text);
      expect(await page.title()).to.include(text.replace(/\s+/g, ' '));
      await page.locator('#buy').click();
      await page.locator('#panel[data-phase="held"]').waitFor();
      await expectHarmless(watched, origin);
    }
    expect(seen.requests.some((url) => url.includes('/attempts'))).to.equal(true);
  });

  it('stand in the cart and on the pages of goods and orders as they were written', async () => {
    const buyer = system.buyer();
    for (const id of products) await putInCart(buyer, id, 1);
    await hold(buyer, sales[0] as string);
    const bought = await browser.page(origin, { buyer });
    const { page } = bought;
    for (const [index, text] of HOSTILE.entries()) {
      await page.goto(`/products/${products[index]}`);
      await page.locator('h1').waitFor();
      expect(await page.locator('h1').textContent()).to.equal(text);
      expect(await page.locator('.description').textContent()).to.equal(text);
      await expectHarmless(bought, origin);
    }
    await page.goto('/cart');
    await page.locator('#cart .card-title').first().waitFor();
    const inCart = await page.locator('#cart .card-title').allTextContents();
    expect(inCart).to.have.members([...HOSTILE, HOSTILE[0]]);
    await expectHarmless(bought, origin);
    const { body } = await order(buyer);
    await page.goto(`/orders/${body.id}`);
    await page.locator('.order-lines tbody td').first().waitFor();
    const ordered = await page.locator('.order-lines tbody td:first-child').allTextContents();
    expect(ordered).to.have.members(inCart);
    await expectHarmless(bought, origin);
    await page.goto('/orders');
    await page.locator('#orders .row').waitFor();
    await expectHarmless(bought, origin);
  });

  it('stand on the pages of operators as they were written', async () => {
    const { page } = watched;
    await page.goto('/ops/login');
    await logIn(page);
    await page.waitForURL('/ops');
    await page
      .locator('#sale-rows a')
      .nth(HOSTILE.length - 1)
      .waitFor();
    const titles = await page.locator('#sale-rows a').allTextContents();
    expect(titles).to.have.members(HOSTILE);
    const links = await page.locator('#sale-rows a').evaluateAll((all) => all.map(String));
    for (const link of links) {
      expect(link).to.match(/^http:\/\/[^/]+\/ops\/sales\/s\d+-[0-9a-z]{10}$/);
    }
    await expectHarmless(watched, origin);
    await page.goto('/ops/products');
    await page
      .locator('.product-name')
      .nth(HOSTILE.length - 1)
      .waitFor();
    expect(await page.locator('.product-name').allTextContents()).to.have.members(HOSTILE);
    await expectHarmless(watched, origin);
  });

  it('stand on the page of a sale for operators, in its questions, its trail and its report', async () => {
    const { page } = watched;
    await page.goto('/ops/login');
    await logIn(page);
    await page.waitForURL('/ops');
    for (const [index, text] of HOSTILE.entries()) {
      await page.goto(`/ops/sales/${sales[index]}`);
      await page.locator('h1', { hasText: text }).waitFor();
      expect(await page.locator('h1').textContent()).to.equal(text);
      await page.locator('.detail-words', { hasText: text }).waitFor();
      await page.locator('[data-action="close"]').click();
      await page.locator('dialog', { hasText: text }).waitFor();
      await expectHarmless(watched, origin);
      await page.goto(`/ops/sales/${sales[index]}/report`);
      await page.locator('h1', { hasText: text }).waitFor();
      await expectHarmless(watched, origin);
    }
  });

  it('in an address are looked for as an id and shown nowhere', async () => {
    const { page } = watched;
    for (const text of HOSTILE) {
      await page.goto(
        `/sales/${encodeURIComponent(text)}?title=${encodeURIComponent(text)}#${text}`,
      );
      await page.locator('#panel[data-phase="not-found"]').waitFor();
      await expectHarmless(watched, origin);
    }
  });

  it('would be stopped by the policy of every page even if a page took them for markup', async () => {
    const { page, seen } = watched;
    for (const path of ['/', `/sales/${sales[0]}`, '/ops/login']) {
      await page.goto(path);
      seen.violations.length = 0;
      await page.evaluate(`
        document.body.insertAdjacentHTML('beforeend', '<img src=x onerror="struck=1"><p style="color:red">');
        const script = document.createElement('script');
        script.textContent = 'struck=1';
        document.body.append(script);
        const foreign = document.createElement('script');
        foreign.src = 'https://evil.example/x.js';
        document.body.append(foreign);
      `);
      const blocked = () => Promise.resolve(seen.violations.join('\n'));
      await eventually(blocked, (text) =>
        [
          'script-src-attr: inline',
          'script-src-elem: inline',
          'script-src-elem: https://evil.example/x.js',
          'style-src-attr: inline',
        ].every((one) => text.includes(one)),
      );
      expect(await page.evaluate('typeof struck')).to.equal('undefined');
    }
  });

  it('cannot frame a page: another origin is shown none', async () => {
    const { page } = watched;
    await page.goto('/');
    for (const path of ['/', `/sales/${sales[0]}`, '/ops/login', '/ops']) {
      const reply = await page.request.get(path);
      expect(reply.headers()['content-security-policy'], path).to.include("frame-ancestors 'none'");
    }
    // A page of another origin: data: has one of its own. Chromium shows its own error instead.
    await page.goto(`data:text/html,<iframe src="${origin}/"></iframe>`);
    const framed = () => Promise.resolve(page.frames().map((one) => one.url()));
    const urls = await eventually(framed, ([, inner]) => /^(http|chrome-error)/.test(inner ?? ''));
    expect(urls[1]).to.equal('chrome-error://chromewebdata/');
  });
});
