import { expect } from 'chai';
import { TestBrowser, type WatchedPage } from '../support/browser.js';
import type { Client } from '../support/client.js';
import { lookAt } from '../support/page-checks.js';
import { createProduct, hold } from '../support/shop.js';
import { System } from '../support/system.js';

const TITLE = '달빛 머그컵 한정 판매';
const PRODUCT = '달빛 머그컵';

describe('The waiting room, in each of its states', () => {
  let system: System;
  let browser: TestBrowser;
  let watched: WatchedPage;
  let origin: string;

  before(async function () {
    browser = await TestBrowser.open(this);
    system = await System.start({ lanes: 1 });
    origin = system.urls[0] as string;
  });

  beforeEach(async () => {
    watched = await browser.page(origin);
  });

  afterEach(() => watched.page.close());

  after(async () => {
    await browser?.close();
    await system?.stop();
  });

  async function createSale(fields: Readonly<Record<string, unknown>> = {}): Promise<string> {
    const product = {
      name: PRODUCT,
      price: 24_000,
      description: '손으로 빚은 도자기 머그컵입니다.',
    };
    const productId = await createProduct(system, product);
    return system.createSale({ productId, title: TITLE, ...fields });
  }

  /** Opens the page of a sale and waits until it is in a phase and connected. */
  async function visit(saleId: string, phase: string): Promise<void> {
    await watched.page.goto(`/sales/${saleId}`);
    await until(phase);
  }

  async function until(phase: string): Promise<void> {
    const { page } = watched;
    await page.locator(`#panel[data-phase="${phase}"]`).waitFor();
    await page.locator('#connection[data-connection="live"]').waitFor();
  }

  const press = (id: string) => watched.page.locator(`#${id}`).click();
  const text = (id: string) => watched.page.locator(`#${id}`).textContent();

  /** The buyer comes back to the page, which asks at once. */
  const lookAgain = () =>
    watched.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))");

  async function act(saleId: string, action: 'pause' | 'resume' | 'close'): Promise<void> {
    const { status } = await system.ops().post(`/api/ops/sales/${saleId}/${action}`);
    expect(status, action).to.equal(200);
  }

  /** Buyers who stand in line while the worker stands still. */
  async function enter(saleId: string, count: number): Promise<Client[]> {
    const buyers = Array.from({ length: count }, () => system.buyer());
    for (const buyer of buyers) expect((await buyer.buy(saleId)).status).to.equal(202);
    return buyers;
  }

  /** Nothing is decided while `work` runs: the worker is stopped by a signal. */
  async function undecided(work: () => Promise<void>): Promise<void> {
    const worker = system.workers[0];
    worker?.child.kill('SIGSTOP');
    try {
      await work();
    } finally {
      worker?.child.kill('SIGCONT');
    }
  }

  it('counts down to the opening by the time of the server, and opens by itself', async () => {
    const opensAt = new Date(Date.now() + 26 * 3_600_000).toISOString();
    await visit(await createSale({ opensAt }), 'scheduled');
    expect(await text('figure')).to.match(/^1 day 0?[12]:\d\d:\d\d$/);
    expect(await watched.page.locator('#buy').isDisabled()).to.equal(true);
    await lookAt(watched, 'scheduled');
    const soon = new Date(Date.now() + 3_000).toISOString();
    await visit(await createSale({ opensAt: soon }), 'scheduled');
    await until('open');
    await press('buy');
    await until('held');
  });

  it('offers to buy while the sale is open', async () => {
    await visit(await createSale({ perBuyerLimit: 4 }), 'open');
    await lookAt(watched, 'open');
  });

  it('tells in line how many are ahead, how many are left and how good the chance is', async () => {
    const sale = await createSale({ stock: 50 });
    await undecided(async () => {
      await enter(sale, 3);
      await visit(sale, 'open');
      await press('buy');
      await until('waiting');
      expect(await text('figure')).to.equal('3');
      expect(await text('left')).to.equal('50 of 50');
      expect(await watched.page.locator('#chance').getAttribute('data-chance')).to.equal('enough');
      await lookAt(watched, 'waiting');
    });
    await until('held');
  });

  it('keeps what is held until its deadline, and confirms it into an order', async () => {
    await visit(await createSale({ perBuyerLimit: 2 }), 'open');
    await press('buy');
    await until('held');
    expect(await text('figure')).to.match(/^(10:00|9:5\d)$/);
    await lookAt(watched, 'held');
    await press('confirm');
    await until('confirmed');
    const order = await watched.page.getByRole('link', { name: 'See your order' });
    expect(await order.getAttribute('href')).to.match(/^\/orders\/o\d/);
    await lookAt(watched, 'confirmed');
  });

  it('does not take the second tap of the press that joined for a confirmation', async () => {
    await visit(await createSale(), 'open');
    await watched.page.locator('#buy').dblclick();
    await until('held');
    await watched.page.locator('#confirm:enabled').waitFor();
    expect(await watched.page.locator('#panel').getAttribute('data-phase')).to.equal('held');
  });

  it('tells on standby what has to come back, and gives it when it does', async () => {
    const sale = await createSale({ stock: 1, standbyLimit: 5 });
    const other = system.buyer();
    const { id } = await hold(other, sale);
    await system.buyer().buy(sale);
    await visit(sale, 'open');
    await press('buy');
    await until('standby');
    expect(await text('figure')).to.equal('1');
    await lookAt(watched, 'standby');
    await other.delete(`/api/attempts/${id}`);
    await lookAgain();
    await watched.page.locator('#figure', { hasText: /^0$/ }).waitFor();
    expect(await text('headline')).to.equal('You are on standby');
    await press('leave');
    await watched.page.locator('dialog').waitFor();
    await lookAt(watched, 'leave-dialog');
    await press('leave-yes');
    await until('left');
    await lookAt(watched, 'left');
  });

  it('tells when everything is gone, before and after a place in line', async () => {
    const sale = await createSale({ stock: 1 });
    await undecided(async () => {
      await enter(sale, 1);
      await visit(sale, 'open');
      await press('buy');
      await until('waiting');
    });
    await until('missed');
    await lookAt(watched, 'missed');
    const late = await browser.page(origin);
    await late.page.goto(`/sales/${sale}`);
    await late.page.locator('#panel[data-phase="sold-out"]').waitFor();
    await lookAt(late, 'sold-out');
    await late.page.close();
  });

  it('tells when the time to confirm has run out, and lets join again', async () => {
    await visit(await createSale({ holdSeconds: 2 }), 'open');
    await press('buy');
    await until('expired');
    await lookAt(watched, 'expired');
    await press('buy');
    await until('held');
  });

  it('gives held goods back after a question', async () => {
    await visit(await createSale(), 'open');
    await press('buy');
    await until('held');
    await press('leave');
    await watched.page.locator('dialog').waitFor();
    await press('leave-no');
    await watched.page.locator('dialog').waitFor({ state: 'detached' });
    await press('leave');
    await press('leave-yes');
    await until('released');
    await lookAt(watched, 'released');
  });

  it('waits with the buyer while the sale is paused, and says when it is closed', async () => {
    const sale = await createSale({ perBuyerLimit: 4 });
    await visit(sale, 'open');
    await act(sale, 'pause');
    await until('paused');
    await lookAt(watched, 'paused');
    await act(sale, 'resume');
    await until('open');
    await act(sale, 'close');
    await until('closed');
    await lookAt(watched, 'closed');
  });

  it('tells those in line of a sale that is closed why they got nothing', async () => {
    const sale = await createSale({ stock: 1, standbyLimit: 5 });
    await hold(system.buyer(), sale);
    await visit(sale, 'open');
    await press('buy');
    await until('standby');
    await act(sale, 'close');
    await until('rejected');
    expect(await text('detail')).to.equal('The sale was closed before it was your turn.');
    await lookAt(watched, 'rejected');
  });

  it('says that there is no such sale', async () => {
    await watched.page.goto('/sales/s0-0000000000');
    await watched.page.locator('#panel[data-phase="not-found"]').waitFor();
    await lookAt(watched, 'not-found');
  });
});
