import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { TestBrowser, type WatchedPage } from '../support/browser.js';
import type { Client } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import { expectNothingCutOff, lookAt } from '../support/page-checks.js';
import { createProduct, hold, order, putInCart, stockOf } from '../support/shop.js';
import { System } from '../support/system.js';

const TEA = { name: '보성 녹차', description: '첫물 찻잎', price: 12_000, stock: 400 };

/** The narrowest screen that WCAG asks for. */
const NARROWEST = { width: 320, height: 640 };

/** Goes on by the Tab key as far as `selector`; a page whose keyboard order lacks it fails. */
async function tabTo(page: Page, selector: string): Promise<void> {
  for (let presses = 0; presses < 40; presses += 1) {
    await page.keyboard.press('Tab');
    const focused = `document.activeElement?.matches(${JSON.stringify(selector)})`;
    if (await page.evaluate(focused)) return;
  }
  throw new Error(`the Tab key never comes to ${selector}`);
}

describe('The cart, in a browser', () => {
  let system: System;
  let browser: TestBrowser;
  let tea: string;

  before(async function () {
    browser = await TestBrowser.open(this);
    system = await System.start();
    tea = await createProduct(system, TEA);
  });

  after(async () => {
    await browser?.close();
    await system?.stop();
  });

  function pageOf(buyer: Client): Promise<WatchedPage> {
    return browser.page(system.urls[0] as string, { buyer });
  }

  const quantitiesOf = async (buyer: Client): Promise<number[]> => {
    const { body } = await buyer.get('/api/cart');
    return body.items.map(({ quantity }: { quantity: number }) => quantity);
  };

  it('is filled and ordered by Tab and Enter alone, with the focus never lost', async () => {
    const buyer = system.buyer();
    const { page } = await pageOf(buyer);
    await page.goto(`/products/${tea}`);
    await page.locator('#add').waitFor();
    await tabTo(page, '#add');
    await page.keyboard.press('Enter');
    await page.getByText('It is in your cart.').waitFor();
    await tabTo(page, '.outcome a');
    await page.keyboard.press('Enter');
    await page.locator('#cart .cart-line').waitFor();
    await tabTo(page, 'input[type="number"]');
    for (let more = 0; more < 3; more += 1) await page.keyboard.press('ArrowUp');
    await eventually(
      () => quantitiesOf(buyer),
      ([quantity]) => quantity === 4,
    );
    await page.getByText('₩48,000').first().waitFor();
    expect(await page.evaluate('document.activeElement.type')).to.equal('number');
    await tabTo(page, '#order');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/orders\//);
    await page.getByText('₩48,000').first().waitFor();
    expect(await quantitiesOf(buyer)).to.deep.equal([]);
  });

  it('says what was removed, and takes the keyboard back to its head', async () => {
    const buyer = system.buyer();
    await putInCart(buyer, tea, 1);
    const { page } = await pageOf(buyer);
    await page.goto('/cart');
    await page.locator('#cart .cart-line').waitFor();
    await tabTo(page, 'button[aria-label^="Remove"]');
    await page.keyboard.press('Enter');
    await page.locator('#cart-empty').waitFor();
    await page.getByText(`Removed from the cart: ${TEA.name}`).waitFor({ state: 'attached' });
    await page.locator('h1:focus').waitFor();
    expect(await quantitiesOf(buyer)).to.deep.equal([]);
  });

  it('lets a buyer type in peace while the time of a hold runs beside it', async () => {
    const buyer = system.buyer();
    await putInCart(buyer, tea, 1);
    await hold(buyer, await system.createSale({ productId: tea }));
    const { page } = await pageOf(buyer);
    await page.goto('/cart');
    const deadline = page.locator('#cart .deadline');
    await deadline.waitFor();
    const field = page.locator('#cart input[type="number"]');
    await field.focus();
    await page.keyboard.press('Control+A');
    await page.keyboard.type('1');
    const before = await deadline.textContent();
    await eventually(
      () => deadline.textContent(),
      (now) => now !== before,
    );
    await page.keyboard.type('2');
    await page.keyboard.press('Tab');
    await eventually(
      () => quantitiesOf(buyer),
      (quantities) => quantities.includes(12),
    );
    expect(await field.inputValue()).to.equal('12');
  });

  it('puts back what was typed if it is no quantity', async () => {
    const buyer = system.buyer();
    await putInCart(buyer, tea, 2);
    const { page } = await pageOf(buyer);
    await page.goto('/cart');
    const field = page.locator('#cart input[type="number"]');
    for (const text of ['0', '1001', '']) {
      await field.fill(text);
      await field.blur();
      await page.waitForFunction(`document.querySelector('#cart input').value === '2'`);
    }
    expect(await quantitiesOf(buyer)).to.deep.equal([2]);
  });

  it('sells the last one to one of two buyers who order at once, and tells the other', async () => {
    const last = await createProduct(system, { ...TEA, name: '마지막 하나', stock: 1 });
    const buyers = [system.buyer(), system.buyer()];
    const pages = await Promise.all(
      buyers.map(async (buyer) => {
        await putInCart(buyer, last, 1);
        const { page } = await pageOf(buyer);
        await page.goto('/cart');
        await page.locator('#order').waitFor();
        return page;
      }),
    );
    await Promise.all(pages.map((page) => page.locator('#order').click()));
    const outcomes = await Promise.all(
      pages.map(async (page) => {
        const thanked = page.getByRole('heading', { name: 'Thank you for your order' });
        const refused = page.locator('#cart .refusal', {
          hasText: 'Out of stock: please remove it.',
        });
        await thanked.or(refused).waitFor();
        return (await thanked.count()) === 1 ? 'thanked' : 'refused';
      }),
    );
    expect(outcomes).to.have.members(['thanked', 'refused']);
    expect(await stockOf(system, last)).to.equal(0);
  });

  it('tells of an order whose answer was lost, and does not take the next one for it', async () => {
    const buyer = system.buyer();
    await putInCart(buyer, tea, 1);
    const watched = await pageOf(buyer);
    const { page } = watched;
    await page.goto('/cart');
    await page.locator('#order').waitFor();
    // The order arrives; its answer does not, and the buyer loads the page anew.
    await page.route('**/api/orders', async (route) => {
      if (route.request().method() !== 'POST') return route.continue();
      await route.fetch();
      await route.abort();
    });
    const lost = page.waitForEvent('requestfailed');
    await page.locator('#order').click();
    await lost;
    await page.unroute('**/api/orders');
    await page.reload();
    await page.getByText('Your order was placed.').waitFor();
    await page.locator('#cart-empty').waitFor();
    await lookAt(watched, 'cart-order-unseen');
    await putInCart(buyer, tea, 3);
    await page.reload();
    await page.locator('#order').click();
    await page.waitForURL(/\/orders\//);
    await page.getByText('₩36,000').first().waitFor();
    const { body } = await buyer.get('/api/orders');
    const sums = body.items.map(({ total }: { total: number }) => total);
    expect(sums).to.deep.equal([36_000, 12_000]);
  });

  it('tells whose time is over, with the way back to the sale', async () => {
    const buyer = system.buyer();
    const sale = await system.createSale({ productId: tea, holdSeconds: 3 });
    const watched = await pageOf(buyer);
    const { page } = watched;
    await page.goto('/cart');
    await page.locator('#cart-empty').waitFor();
    await buyer.buy(sale);
    await page.locator('#cart .deadline').waitFor();
    await page.getByText('The time is up').waitFor();
    await page.locator('#cart-empty').waitFor();
    const back = page.getByRole('link', { name: 'To the sale' });
    expect(await back.getAttribute('href')).to.equal(`/sales/${sale}`);
    await lookAt(watched, 'cart-hold-ended');
  });

  it('changes a quantity without a network as soon as there is one', async () => {
    const buyer = system.buyer();
    await putInCart(buyer, tea, 1);
    const { page } = await pageOf(buyer);
    await page.goto('/cart');
    const field = page.locator('#cart input[type="number"]');
    await field.waitFor();
    await page.context().setOffline(true);
    const failed = page.waitForEvent('requestfailed');
    await field.fill('5');
    await field.blur();
    await failed;
    await page.getByText('Not connected').waitFor();
    expect(await field.inputValue()).to.equal('5');
    await page.context().setOffline(false);
    await eventually(
      () => quantitiesOf(buyer),
      ([quantity]) => quantity === 5,
    );
    await page.getByText('₩60,000').first().waitFor();
  });

  it('counts its goods in the head of every page, in all tabs', async () => {
    const buyer = system.buyer();
    const { page } = await pageOf(buyer);
    await page.goto('/orders');
    const { page: other } = await browser.tab(page.context());
    await other.goto(`/products/${tea}`);
    await other.locator('#add').click();
    for (const one of [page, other]) await one.getByText('1 item in the cart').waitFor();
  });

  it('fits the narrowest screen with all its neighbours', async () => {
    const buyer = system.buyer();
    const name = '아주길고띄어쓰기가없는상품이름'.repeat(4);
    const long = await createProduct(system, { name, price: 99_999_999, stock: 5_000 });
    const sale = await system.createSale({ productId: long, title: name });
    await putInCart(buyer, long, 1_000);
    const { status, body } = await order(buyer);
    expect(status).to.equal(201);
    await putInCart(buyer, long, 999);
    await hold(buyer, sale);
    const { page } = await pageOf(buyer);
    await page.setViewportSize(NARROWEST);
    for (const path of ['/', `/products/${long}`, '/cart', '/orders', `/orders/${body.id}`]) {
      await page.goto(path);
      await page.getByText(name).first().waitFor();
      await expectNothingCutOff(page, path);
    }
  });
});
