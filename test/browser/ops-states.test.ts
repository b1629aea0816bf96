import { expect } from 'chai';
import type { Page } from 'playwright-core';
import type { Lane } from '../../core/contract.js';
import { pauseSale } from '../../lua/switch.js';
import { TestBrowser, type WatchedPage } from '../support/browser.js';
import { eventually } from '../support/eventually.js';
import { figure, logIn, opsPage, untilFigure } from '../support/ops-desk.js';
import { expectAccessible, lookAt } from '../support/page-checks.js';
import { ShiftedTime } from '../support/shifted-time.js';
import { System } from '../support/system.js';

const TITLE = '별빛 램프 한정 판매';

describe('The operators’ pages when something is wrong', () => {
  let system: System;
  let browser: TestBrowser;
  let watched: WatchedPage;
  let page: Page;
  let saleId: string;

  before(async function () {
    browser = await TestBrowser.open(this);
    system = await System.start({ lanes: 1 });
  });

  beforeEach(async () => {
    saleId = await system.createSale({ title: TITLE, stock: 5 });
    watched = await opsPage(browser, system.urls[0] as string);
    page = watched.page;
    await page.goto(`/ops/sales/${saleId}`);
    await untilFigure(page, 'entered', '0');
  });

  afterEach(() => watched.page.context().close());

  after(async () => {
    await browser?.close();
    await system?.stop();
  });

  async function laneNow(): Promise<Lane> {
    return (await system.ops().get('/api/ops/lanes')).body.items[0];
  }

  async function look(name: string): Promise<void> {
    const owner = (await laneNow()).owner ?? 'nobody';
    const known = (await page.locator('.owner, [data-figure="lane"] .note').allTextContents())
      .map((text) => text.split(' · ').at(-1) ?? '')
      .filter((text) => text !== '');
    const link = `${system.urls[0]}/sales/${saleId}`;
    const names = ['UTC', 'KRW', 'ops', link, saleId, owner, ...known];
    await lookAt(watched, `ops-${name}`, { names });
  }

  const notice = (text: string) => page.locator('.notice', { hasText: text });
  const stock = async () => (await system.ops().get(`/api/sales/${saleId}`)).body.stock.total;

  it('keep what they know while there is no connection, and go on when it is back', async () => {
    await page.context().setOffline(true);
    await notice('Not connected').waitFor();
    expect(await figure(page, 'entered')).to.equal('0');
    await look('offline');
    await system.buyer().buy(saleId);
    await page.context().setOffline(false);
    await untilFigure(page, 'entered', '1');
    await notice('Not connected').waitFor({ state: 'detached' });
  });

  it('lead to the login when the session has ended, and from there back', async () => {
    await page.request.delete('/api/ops/session');
    await page.waitForURL(/\/ops\/login\?next=/);
    await logIn(page);
    await page.waitForURL(`/ops/sales/${saleId}`);
    await untilFigure(page, 'entered', '0');
  });

  it('throw nobody out of a question whose session has ended', async () => {
    await page.locator('[data-action="restock"]').click();
    await page.locator('#quantity').fill('7');
    await page.request.delete('/api/ops/session');
    await page.locator('[data-confirm="restock"]').click();
    const link = page.locator('dialog a', { hasText: 'Log in' });
    await link.waitFor();
    const [tab] = await Promise.all([page.context().waitForEvent('page'), link.click()]);
    await logIn(tab);
    await tab.waitForURL(`/ops/sales/${saleId}`);
    await page.locator('[data-confirm="restock"]').click();
    await page.locator('dialog').waitFor({ state: 'detached' });
    expect(await stock()).to.equal(12);
  });

  it('do a change once whose answer was lost, when it is pressed again', async () => {
    await page.route(
      '**/restock',
      async (route) => {
        await route.fetch();
        await route.abort();
      },
      { times: 1 },
    );
    await page.locator('[data-action="restock"]').click();
    await page.locator('#quantity').fill('3');
    await page.locator('[data-confirm="restock"]').click();
    await page.locator('.refusal', { hasText: 'it is not known whether this was done' }).waitFor();
    expect(await stock()).to.equal(8);
    await look('answer-lost');
    await page.locator('[data-confirm="restock"]').click();
    await page.locator('dialog').waitFor({ state: 'detached' });
    expect(await stock()).to.equal(8);
  });

  it('say that a sale was paused by a fault, and what to do', async () => {
    const { lane, incarnation, feedNumber } = await laneNow();
    // As a worker does it when the script of a sale keeps failing.
    const view = { lane, incarnation: incarnation as string, seen: feedNumber };
    await pauseSale(system.redis, view, saleId, 'fault');
    await notice('failed repeatedly').waitFor();
    await look('fault');
    await page.locator('[data-action="resume"]').click();
    await page.locator('[data-confirm="resume"]').click();
    await notice('failed repeatedly').waitFor({ state: 'detached' });
  });

  it('say that gateways turn load away and that the ledger is behind', async () => {
    // Real load of that kind takes minutes to make: these two figures are changed on their way.
    await page.route('**/figures*', async (route) => {
      const response = await route.fetch();
      const figures = await response.json();
      Object.assign(figures.now, { shedShare: 0.42, refused: 1234, ledgerLag: 45_678 });
      await route.fulfill({ response, json: figures });
    });
    await notice('42%').waitFor();
    await notice('45,678').waitFor();
    expect(await figure(page, 'shed')).to.equal('42%');
    await look('overload');
    await page.unrouteAll({ behavior: 'wait' });
  });

  it('can be used by the keyboard alone, and the focus is never lost', async () => {
    const focused = () => page.evaluate('document.activeElement.outerHTML.slice(0, 300)');
    const tabTo = async (what: string) => {
      for (let i = 0; i < 60; i += 1) {
        if (String(await focused()).includes(what)) return;
        await page.keyboard.press('Tab');
      }
      throw new Error(`${what} cannot be reached by Tab`);
    };
    await tabTo('data-action="pause"');
    await page.keyboard.press('Enter');
    await page.locator('dialog').waitFor();
    await page.keyboard.press('Escape');
    await page.locator('dialog').waitFor({ state: 'detached' });
    await page.locator('[data-action="pause"]:focus').waitFor();
    await page.keyboard.press('Enter');
    await tabTo('data-confirm="pause"');
    await page.keyboard.press('Enter');
    await page.locator('[role="status"]:focus').waitFor();
    await page.locator('[data-action="resume"]').waitFor();
    await tabTo('id="attempt"');
    await page.keyboard.type('nobody');
    await page.keyboard.press('Enter');
    await page.getByText('never got a ticket').waitFor();
  });

  it('are as clear in the dark', async () => {
    await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
    await look('dark');
    for (const path of ['/ops', '/ops/sales/new', `/ops/sales/${saleId}/report`, '/ops/trail']) {
      await page.goto(path);
      await page.locator('h1').waitFor();
      await expectAccessible(page, `${path} in the dark`);
    }
  });

  it('say that there is no such sale', async () => {
    await page.goto('/ops/sales/s0-nothinghere');
    await page.locator('h1', { hasText: 'There is no such sale' }).waitFor();
    await look('no-such-sale');
  });

  it('say that a lane has no worker, and that it is being recovered, until it is well', async () => {
    await system.workers[0]?.end('SIGKILL');
    await notice('No worker works lane').waitFor();
    await look('no-worker');
    await system.redis.flushdb();
    await notice('being recovered').waitFor();
    await look('recovering');
    await system.startWorker();
    await notice('being recovered').waitFor({ state: 'detached' });
    await eventually(laneNow, ({ state, owner }) => state === 'open' && owner !== null);
    await notice('No worker').waitFor({ state: 'detached' });
    expect(await stock()).to.equal(5);
  });
});

describe('The operators’ page of a sale whose clock has stopped', () => {
  let system: System;
  let browser: TestBrowser;
  let time: ShiftedTime | undefined;

  before(async function () {
    browser = await TestBrowser.open(this);
    system = await System.start({ workers: 0, gateways: 0, lanes: 1 });
    time = await ShiftedTime.open(system.servers.REDIS_URL);
    await Promise.all([system.startWorker({ REDIS_URL: time.url }), system.startGateway()]);
  });

  after(async () => {
    await browser?.close();
    await system?.stop();
    time?.close();
  });

  it('says what to do, and sets it going again', async () => {
    const saleId = await system.createSale({ title: TITLE });
    const watched = await opsPage(browser, system.urls[0] as string);
    const { page } = watched;
    await page.goto(`/ops/sales/${saleId}`);
    await untilFigure(page, 'entered', '0');
    const clock = time as ShiftedTime;
    clock.shift = 3_600;
    const stopped = page.locator('.notice', { hasText: 'clock of lane 0 has stopped' });
    await stopped.waitFor();
    const owner = (await page.locator('[data-figure="lane"] .note').textContent()) ?? '';
    const link = `${system.urls[0]}/sales/${saleId}`;
    const names = ['UTC', 'KRW', 'ops', link, owner.split(' · ').at(-1) ?? ''];
    await lookAt(watched, 'ops-clock-stopped', { names });
    clock.shift = 0;
    await page.locator('[data-action="resume"]').click();
    await page.locator('dialog', { hasText: 'First put the clock' }).waitFor();
    await page.locator('[data-confirm="resume"]').click();
    await stopped.waitFor({ state: 'detached' });
  });
});
