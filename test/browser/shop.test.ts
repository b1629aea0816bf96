import { expect } from 'chai';
import type { WatchedPage } from '../support/browser.js';
import { TestBrowser } from '../support/browser.js';
import { lookAt } from '../support/page-checks.js';
import { createProduct, order, putInCart, stockOf } from '../support/shop.js';
import { System } from '../support/system.js';

const TEA = { name: '보성 녹차', description: '첫물 찻잎 50 g', price: 12_000, stock: 40 };
const CUP = { name: '백자 찻잔', description: '손으로 빚은 잔', price: 28_000, stock: 1 };
const NAMES = ['50 g'];

describe('The shop, in a browser', () => {
  let system: System;
  let browser: TestBrowser;
  let watched: WatchedPage;
  let origin: string;
  let tea: string;
  let cup: string;

  before(async function () {
    browser = await TestBrowser.open(this);
    system = await System.start();
    origin = system.urls[0] as string;
    tea = await createProduct(system, TEA);
    cup = await createProduct(system, CUP);
    const in40Minutes = new Date(Date.now() + 2_400_000).toISOString();
    await system.createSale({ title: '오늘의 한정판', productId: tea });
    await system.createSale({ title: '곧 여는 판매', productId: cup, opensAt: in40Minutes });
  });

  beforeEach(async () => {
    watched = await browser.page(origin);
  });

  after(async () => {
    await browser?.close();
    await system?.stop();
  });

  it('shows sales with countdowns and goods with stock, right in every language and size', async () => {
    const { page } = watched;
    await page.goto('/');
    await page.locator('#products .row').nth(1).waitFor();
    await page.locator('.countdown', { hasText: /\d:\d\d/ }).waitFor();
    await lookAt(watched, 'shop', { names: NAMES });
  });

  it('asks for no identity of somebody who only looks around', async () => {
    const { page, seen } = watched;
    await page.goto('/');
    await page.locator('#products .row').nth(1).waitFor();
    const asked = seen.requests.map((url) => new URL(url).pathname);
    expect(asked.filter((path) => /sessions|socket\.io|cart$/.test(path))).to.deep.equal([]);
    const elsewhere = seen.requests.filter((url) => new URL(url).origin !== origin);
    expect(elsewhere).to.deep.equal([]);
  });

  it('finds goods while somebody types, by a part of the name', async () => {
    const { page } = watched;
    await page.goto('/');
    await page.getByLabel('Search products').fill('찻잔');
    await page.getByText('1 product found.').waitFor();
    expect(await page.locator('#products .card-title').allTextContents()).to.deep.equal([CUP.name]);
    expect(new URL(page.url()).searchParams.get('q')).to.equal('찻잔');
    await page.reload();
    await page.getByText('1 product found.').waitFor();
    await page.getByLabel('Search products').fill('없는 것');
    await page.getByText('Nothing was found').waitFor();
    await lookAt(watched, 'shop-nothing-found', { names: NAMES });
  });

  it('shows stock that somebody else has bought without a reload', async () => {
    const { page } = watched;
    const product = await createProduct(system, { name: '남은 수량', stock: 5 });
    await page.goto(`/products/${product}`);
    await page.getByText('5 in stock').waitFor();
    const other = system.buyer();
    await putInCart(other, product, 2);
    expect((await order(other)).status).to.equal(201);
    await page.getByText('3 in stock').waitFor();
  });

  it('shows stock that somebody else has bought while the page was connecting', async () => {
    const { page } = watched;
    const product = await createProduct(system, { name: '연결 전', stock: 5 });
    const { socket: connected } = await system.buyer().connect();
    const pushed = new Promise<void>((resolve) => {
      connected.on('stock', ({ productId, available }) => {
        if (productId === product && available === 3) resolve();
      });
    });
    let connect: () => void = () => undefined;
    const bought = new Promise<void>((resolve) => {
      connect = resolve;
    });
    await page.routeWebSocket(/socket\.io/, async (socket) => {
      await bought;
      socket.connectToServer();
    });
    await page.goto(`/products/${product}`);
    await page.getByText('5 in stock').waitFor();
    const other = system.buyer();
    await putInCart(other, product, 2);
    expect((await order(other)).status).to.equal(201);
    await pushed;
    connected.disconnect();
    connect();
    // Long before the page asks again by itself.
    await page.getByText('3 in stock').waitFor({ timeout: 10_000 });
  });

  it('takes a buyer from a product to an order by the keyboard alone', async () => {
    const { page } = watched;
    await page.goto(`/products/${tea}`);
    await page.locator('#add').waitFor();
    await lookAt(watched, 'product', { names: NAMES });
    await page.locator('#quantity').focus();
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    const toCart = page.getByRole('link', { name: 'Go to the cart' });
    await toCart.waitFor();
    await toCart.focus();
    await page.keyboard.press('Enter');
    await page.locator('#cart .cart-line').waitFor();
    await lookAt(watched, 'cart', { names: NAMES });
    await page.locator('#order').focus();
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/orders\//);
    await page.getByText('Thank you for your order').first().waitFor();
    await lookAt(watched, 'order', { names: [...NAMES, new URL(page.url()).pathname.slice(8)] });
    await page.getByRole('link', { name: 'All orders' }).click();
    await page.locator('#orders .row').waitFor();
    await lookAt(watched, 'orders', { names: NAMES });
    expect(await stockOf(system, tea)).to.be.below(TEA.stock);
  });

  it('says at the line what keeps an order from being placed, and orders nothing', async () => {
    const { page } = watched;
    await page.goto(`/products/${cup}`);
    await page.locator('#add').click();
    await page.getByText('It is in your cart.').waitFor();
    await page.goto('/cart');
    await page.locator('#order').waitFor();
    const other = system.buyer();
    await putInCart(other, cup, 1);
    expect((await order(other)).status).to.equal(201);
    await page.locator('#order').click();
    await page.getByText('Out of stock: please remove it.').waitFor();
    await page.getByText('Nothing was ordered.').waitFor();
    await lookAt(watched, 'cart-out-of-stock', { names: NAMES });
    await page.getByRole('button', { name: `Remove ${CUP.name}` }).click();
    await page.locator('#cart-empty').waitFor();
    await lookAt(watched, 'cart-empty', { names: NAMES });
  });

  it('orders once, also when the answer is lost and the page is loaded anew', async () => {
    const { page } = watched;
    await page.goto(`/products/${tea}`);
    await page.locator('#add').click();
    await page.getByText('It is in your cart.').waitFor();
    await page.goto('/cart');
    await page.locator('#order').waitFor();
    // The order arrives; its answer does not.
    await page.route('**/api/orders', async (route) => {
      if (route.request().method() !== 'POST') return route.continue();
      await route.fetch();
      await route.abort();
    });
    await page.locator('#order').click();
    await page.waitForEvent('requestfailed');
    await page.unroute('**/api/orders');
    await page.goto('/orders');
    await page.locator('#orders .row').waitFor();
    expect(await page.locator('#orders .row').count()).to.equal(1);
    await page.goto('/cart');
    await page.locator('#cart-empty').waitFor();
  });

  it('tells somebody with an old link where to go, in words', async () => {
    const { page } = watched;
    const answer = await page.goto('/no-such-page');
    expect(answer?.status()).to.equal(404);
    await page.getByText('There is nothing at this address').first().waitFor();
    await lookAt(watched, 'missing');
    await page.goto('/products/p-0000000000');
    await page.getByText('There is no such product').first().waitFor();
    await page.goto('/orders/o-nothing');
    await page.getByText('There is no such order').first().waitFor();
  });

  it('says that it is not connected, and goes on by itself', async () => {
    const { page } = watched;
    await page.goto(`/products/${tea}`);
    await page.locator('#add').waitFor();
    await page.context().setOffline(true);
    await page.locator('#add').click();
    await page.getByText('Sending…').waitFor();
    await page.context().setOffline(false);
    await page.getByText('It is in your cart.').waitFor();
  });
});

describe('A hold in the cart, in a browser', () => {
  let system: System;
  let browser: TestBrowser;

  before(async function () {
    browser = await TestBrowser.open(this);
    system = await System.start();
  });

  after(async () => {
    await browser?.close();
    await system?.stop();
  });

  it('appears by itself, leads to its sale, and is ordered with the rest', async () => {
    const buyer = system.buyer();
    const watched = await browser.page(system.urls[0] as string, { buyer });
    const { page } = watched;
    const product = await createProduct(system, TEA);
    const sale = await system.createSale({ title: '한정 찻잎', productId: product });
    await page.goto('/cart');
    await page.locator('#cart-empty').waitFor();
    await buyer.buy(sale);
    await page.getByText('Kept for you for').waitFor();
    await lookAt(watched, 'cart-hold', { names: NAMES });
    const link = page.locator('#cart .card-title a');
    expect(await link.getAttribute('href')).to.equal(`/sales/${sale}`);
    await page.locator('#order').click();
    await page.waitForURL(/\/orders\//);
    const { body } = await buyer.get(`/api/attempts?saleId=${sale}`);
    expect(body.items[0].state).to.equal('confirmed');
  });

  it('goes when its time is over, while the buyer looks on', async () => {
    const buyer = system.buyer();
    const { page } = await browser.page(system.urls[0] as string, { buyer });
    const product = await createProduct(system, TEA);
    const sale = await system.createSale({ title: '3 초', productId: product, holdSeconds: 3 });
    await page.goto('/cart');
    await page.locator('#cart-empty').waitFor();
    await buyer.buy(sale);
    await page.getByText('Kept for you for').waitFor();
    await page.locator('#cart-empty').waitFor();
  });
});
