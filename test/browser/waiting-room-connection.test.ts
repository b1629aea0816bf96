import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { Balancer } from '../support/balancer.js';
import { TestBrowser, type WatchedPage } from '../support/browser.js';
import { eventually } from '../support/eventually.js';
import { lookAt } from '../support/page-checks.js';
import { System } from '../support/system.js';

describe('The place in line, whatever happens to the connection', () => {
  let system: System;
  let browser: TestBrowser;
  let balancer: Balancer;

  before(async function () {
    browser = await TestBrowser.open(this);
    system = await System.start({ lanes: 1 });
  });

  beforeEach(async () => {
    balancer = await Balancer.before(system.urls[0] as string);
  });

  afterEach(() => balancer?.close());

  after(async () => {
    await browser?.close();
    await system?.stop();
  });

  const until = (page: Page, phase: string) =>
    page.locator(`#panel[data-phase="${phase}"]`).waitFor();
  const untilLink = (page: Page, link: string) =>
    page.locator(`#connection[data-connection="${link}"]`).waitFor();
  const ticketOf = (page: Page) => page.locator('#ticket').textContent();

  const createSale = () => system.createSale({ title: '새벽 한정 판매' });

  const pressesIn = (saleId: string) =>
    balancer.asked.filter(
      ({ method, path }) => method === 'POST' && path === `/api/sales/${saleId}/attempts`,
    );

  /** As fast as can be: by the time of a mouse, the other tab would show the answer already. */
  async function pressInBoth(id: string, ...pages: Page[]): Promise<void> {
    await Promise.all(pages.map((page) => page.locator(`#${id}:enabled`).waitFor()));
    await Promise.all(
      pages.map((page) => page.evaluate(`document.querySelector('#${id}')?.click()`)),
    );
  }

  async function visit(saleId: string, phase = 'open'): Promise<WatchedPage> {
    const watched = await browser.page(balancer.url);
    await watched.page.goto(`/sales/${saleId}`);
    await until(watched.page, phase);
    return watched;
  }

  async function attemptsIn(saleId: string): Promise<number> {
    const { body } = await system.stranger().get(`/api/sales/${saleId}`);
    return body.line.entered;
  }

  /** Nothing is decided while `work` runs: the worker is stopped by a signal. */
  async function undecided(work: () => Promise<void>): Promise<void> {
    const [worker] = system.workers;
    worker?.child.kill('SIGSTOP');
    try {
      await work();
    } finally {
      worker?.child.kill('SIGCONT');
    }
  }

  it('is kept while the network is away, and told so; the page goes on by itself', async () => {
    const sale = await createSale();
    const watched = await visit(sale);
    const { page } = watched;
    await untilLink(page, 'live');
    await undecided(async () => {
      await page.locator('#buy').click();
      await until(page, 'waiting');
      const ticket = await ticketOf(page);
      await page.context().setOffline(true);
      await untilLink(page, 'offline');
      expect(await page.locator('#connection').textContent()).to.include('Your place is kept');
      await lookAt(watched, 'offline');
      expect(await ticketOf(page)).to.equal(ticket);
    });
    await page.context().setOffline(false);
    await until(page, 'held');
    await untilLink(page, 'live');
    expect(await attemptsIn(sale)).to.equal(1);
    await page.close();
  });

  it('is got once although the answer to the press was lost and the page reloaded', async () => {
    const sale = await createSale();
    const { page } = await visit(sale);
    await untilLink(page, 'live');
    balancer.turn('cut');
    await page.locator('#buy').click();
    await until(page, 'joining');
    await eventually(
      async () => pressesIn(sale).length,
      (count) => count > 0,
    );
    balancer.turn('clear');
    await page.reload();
    await until(page, 'held');
    expect(new Set(pressesIn(sale).map(({ key }) => key)).size).to.equal(1);
    expect(await attemptsIn(sale)).to.equal(1);
    await page.close();
  });

  it('is asked for again and again, but not at once, while there are too many people', async () => {
    const sale = await createSale();
    const watched = await visit(sale);
    const { page } = watched;
    await untilLink(page, 'live');
    balancer.turn('overloaded');
    await page.locator('#buy').click();
    await untilLink(page, 'overloaded');
    await lookAt(watched, 'overloaded');
    await eventually(
      async () => pressesIn(sale).length,
      (count) => count >= 3,
    );
    const times = pressesIn(sale).map(({ at }) => at);
    const waits = times.slice(1).map((at, i) => at - (times[i] as number));
    // Never sooner than Retry-After; how much later is random.
    for (const wait of waits) expect(wait).to.be.at.least(1_000);
    console.log(`      tries after ${waits.map((wait) => Math.round(wait)).join(', ')} ms`);
    balancer.turn('clear');
    await until(page, 'held');
    expect(await attemptsIn(sale)).to.equal(1);
    await page.close();
  });

  it('is not asked for any more when the buyer stops trying', async () => {
    const sale = await createSale();
    const { page } = await visit(sale);
    balancer.turn('overloaded');
    await page.locator('#buy').click();
    await page.locator('#stop').click();
    balancer.turn('clear');
    await until(page, 'open');
    await untilLink(page, 'live');
    expect(await attemptsIn(sale)).to.equal(0);
    await page.close();
  });

  it('is followed by asking, as often as the server says, where websockets are blocked', async () => {
    const sale = await createSale();
    balancer.turn('no-sockets');
    const watched = await visit(sale);
    const { page } = watched;
    await untilLink(page, 'polling');
    await undecided(async () => {
      await page.locator('#buy').click();
      await until(page, 'waiting');
      await lookAt(watched, 'polling');
    });
    await until(page, 'held');
    const asked = balancer.asked.filter(({ path }) => path === `/api/sales/${sale}`);
    const waits = asked.slice(1).map(({ at }, i) => at - (asked[i]?.at ?? 0));
    console.log(`      asked after ${waits.map((wait) => Math.round(wait)).join(', ')} ms`);
    balancer.turn('clear');
    await page.reload();
    await untilLink(page, 'live');
    await page.close();
  });

  it('is the same in two tabs, and what one does the other shows', async () => {
    const sale = await createSale();
    const { page } = await visit(sale);
    const { page: other } = await browser.tab(page.context());
    await other.goto(`/sales/${sale}`);
    await until(other, 'open');
    await pressInBoth('buy', page, other);
    await Promise.all([until(page, 'held'), until(other, 'held')]);
    expect(await ticketOf(page)).to.equal(await ticketOf(other));
    expect(await attemptsIn(sale)).to.equal(1);
    await pressInBoth('confirm', page, other);
    await Promise.all([until(page, 'confirmed'), until(other, 'confirmed')]);
    await page.context().close();
  });

  it('is the same on a second device of the same buyer', async () => {
    const sale = await createSale();
    const buyer = system.buyer();
    const first = await browser.page(balancer.url, { buyer, size: 'phone' });
    const second = await browser.page(balancer.url, { buyer, locale: 'ko-KR' });
    for (const { page } of [first, second]) {
      await page.goto(`/sales/${sale}`);
      await until(page, 'open');
    }
    await first.page.locator('#buy').click();
    await Promise.all([until(first.page, 'held'), until(second.page, 'held')]);
    await second.page.locator('#leave').click();
    await second.page.locator('#leave-yes').click();
    await Promise.all([until(first.page, 'released'), until(second.page, 'released')]);
    expect(await attemptsIn(sale)).to.equal(1);
    await Promise.all([first.page.close(), second.page.close()]);
  });

  it('is right at once when a page wakes that slept through its turn', async () => {
    const sale = await createSale();
    const { page } = await visit(sale);
    await untilLink(page, 'live');
    const devtools = await page.context().newCDPSession(page);
    await undecided(async () => {
      await page.locator('#buy').click();
      await until(page, 'waiting');
      await devtools.send('Page.setWebLifecycleState', { state: 'frozen' });
    });
    await devtools.send('Page.setWebLifecycleState', { state: 'active' });
    await until(page, 'held');
    await page.close();
  });

  it('is told to be lost when the shop has lost its data, and another one is got', async () => {
    const sale = await createSale();
    const watched = await visit(sale);
    const { page } = watched;
    await untilLink(page, 'live');
    const [worker] = system.workers;
    worker?.child.kill('SIGSTOP');
    await page.locator('#buy').click();
    await until(page, 'waiting');
    // Nothing has written this attempt into the ledger, and now nothing will.
    await worker?.end('SIGKILL');
    await system.redis.flushdb();
    // The buyer looks at the page again, which asks at once.
    await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))");
    await untilLink(page, 'recovering');
    await lookAt(watched, 'recovering');
    await system.startWorker();
    await until(page, 'lost');
    await lookAt(watched, 'lost');
    await page.locator('#buy').click();
    await until(page, 'held');
    await page.close();
  });
});
