import { readFile } from 'node:fs/promises';
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { TestBrowser, type WatchedPage } from '../support/browser.js';
import type { Client } from '../support/client.js';
import { csvRows } from '../support/csv.js';
import { eventually } from '../support/eventually.js';
import { figure, logIn, untilFigure } from '../support/ops-desk.js';
import { lookAt, takePicture } from '../support/page-checks.js';
import { System } from '../support/system.js';

const TITLE = '달빛 머그컵 한정 판매';
const PRODUCT = '달빛 머그컵';

/** Names of the system itself, which no language translates. */
const TECHNICAL = ['UTC', 'KRW', 'ops'];

// One story: each test goes on where the one before it ended.
describe('An operator in a browser, from the login to the report', function () {
  this.bail(true);
  let system: System;
  let browser: TestBrowser;
  let watched: WatchedPage;
  let page: Page;
  let saleId: string;
  const buyers: Client[] = [];
  const attempts = new Map<string, string>();

  before(async function () {
    browser = await TestBrowser.open(this);
    system = await System.start({ gateways: 2, lanes: 1 });
    watched = await browser.page(system.urls[0] as string);
    page = watched.page;
  });

  after(async () => {
    await browser?.close();
    await system?.stop();
  });

  async function look(name: string): Promise<void> {
    const { body } = await system.ops().get('/api/ops/lanes');
    const products = (await system.ops().get('/api/products')).body.items;
    const ids = products.map(({ id }: { id: string }) => id);
    const owners = body.items.map(({ owner }: { owner: string | null }) => owner ?? '');
    const names = [
      ...TECHNICAL,
      ...ids,
      ...owners,
      system.urls[0] ?? '',
      `/sales/${saleId}`,
      saleId ?? '',
      ...buyers.map((buyer) => buyer.name),
    ];
    await lookAt(watched, `ops-${name}`, { names: names.filter(Boolean) });
  }

  async function enter(count: number): Promise<void> {
    for (let i = 0; i < count; i += 1) {
      const buyer = system.buyer(undefined, i % 2);
      const { status, body } = await buyer.buy(saleId);
      expect(status, JSON.stringify(body)).to.equal(202);
      buyers.push(buyer);
      attempts.set(buyer.name, body.id);
    }
  }

  const act = (action: string) => page.locator(`[data-action="${action}"]`).click();
  const confirm = (action: string) => page.locator(`[data-confirm="${action}"]`);
  const untilDone = () => page.locator('.done', { hasText: /.+/ }).first().waitFor();
  const dialogGone = () => page.locator('dialog').waitFor({ state: 'detached' });

  async function trailOf(): Promise<string[]> {
    const { body } = await system.ops().get(`/api/ops/actions?objectId=${saleId}`);
    return body.items.map(({ action }: { action: string }) => action);
  }

  it('is asked for a token, and told when it is wrong', async () => {
    await page.goto('/ops');
    await page.waitForURL('/ops/login');
    await logIn(page, 'wrong');
    await page.locator('#problem:not([hidden])').waitFor();
    expect(await page.locator('#problem').textContent()).to.equal('This token is not right.');
    await look('login');
    await logIn(page);
    await page.waitForURL('/ops');
    await page.locator('#lane-rows tr').waitFor();
    await look('empty');
  });

  it('makes a product and a sale of it, and is told at each field what is wrong', async () => {
    await page.getByRole('link', { name: 'New sale' }).click();
    await page.waitForURL('/ops/sales/new');
    await page.getByRole('button', { name: 'Create sale' }).click();
    await page.locator('#stock-wrong').waitFor();
    const wrong = await page.locator('.wrong').allTextContents();
    expect(wrong).to.have.members([
      'Choose a product.',
      'A whole number from 0 to 10,000,000.',
      'A title of 1 to 200 characters.',
    ]);
    await page.locator('#productId:focus').waitFor();
    await look('new-sale-wrong');
    await page.getByRole('button', { name: 'New product' }).click();
    await page.locator('dialog #name').fill(PRODUCT);
    await page.locator('dialog #price').fill('24,000');
    await look('new-product');
    await page.getByRole('button', { name: 'Create product' }).dblclick();
    await dialogGone();
    await page
      .locator('#productId option', { hasText: PRODUCT })
      .first()
      .waitFor({ state: 'attached' });
    await page.locator('#stock').fill('8');
    await page.locator('#title').fill(TITLE);
    await page.locator('#perBuyerLimit').fill('2');
    await page.locator('#standbyLimit').fill('2');
    await page.locator('#closesAt').fill('2001-01-01T00:00:00');
    await page.getByRole('button', { name: 'Create sale' }).click();
    await page.locator('#closesAt-wrong').waitFor();
    await page.locator('#closesAt').fill('');
    await look('new-sale');
    await page.getByRole('button', { name: 'Create sale' }).dblclick();
    await page.waitForURL(/\/ops\/sales\/s\d+-\w+$/);
    saleId = page.url().split('/').at(-1) as string;
    await page.locator('h1', { hasText: TITLE }).waitFor();
    const products = (await system.ops().get('/api/products')).body.items;
    const sales = (await system.ops().get('/api/sales')).body.items;
    expect([products.length, sales.length]).to.deep.equal([1, 1]);
    expect(products[0]).to.deep.include({ name: PRODUCT, price: 24_000, currency: 'KRW' });
    expect(sales[0]).to.deep.include({ title: TITLE, perBuyerLimit: 2, standbyLimit: 2 });
    expect(sales[0].stock.total).to.equal(8);
  });

  it('watches it while buyers come to both gateways', async () => {
    const worker = system.workers[0]?.child;
    worker?.kill('SIGSTOP');
    await enter(14);
    await untilFigure(page, 'waiting', '14');
    await untilFigure(page, 'entered', '14');
    worker?.kill('SIGCONT');
    await untilFigure(page, 'standby', '2');
    await untilFigure(page, 'waiting', '0');
    await page.locator('.legend [data-part="held"] strong', { hasText: /^8$/ }).waitFor();
    for (const buyer of buyers.slice(0, 3)) {
      const path = `/api/attempts/${attempts.get(buyer.name)}/confirm`;
      expect((await buyer.post(path, { paymentReference: buyer.name })).status).to.equal(200);
    }
    await page.locator('.legend [data-part="sold"] strong', { hasText: /^3$/ }).waitFor();
    expect(await figure(page, 'result')).to.match(/^\d[\d.]* (?:ms|sec)$/);
    await look('live');
  });

  it('pauses and resumes it, each asked for once more and done once', async () => {
    await act('pause');
    await page.locator('dialog', { hasText: TITLE }).waitFor();
    await look('pause');
    await page.keyboard.press('Escape');
    await dialogGone();
    expect(await trailOf()).to.deep.equal(['create-sale']);
    await act('pause');
    await confirm('pause').dblclick();
    await dialogGone();
    await page.locator('.sale-head .badge[data-state="paused"]').waitFor();
    await page.locator('.notice', { hasText: 'Paused' }).waitFor();
    expect((await system.buyer().buy(saleId)).body.code).to.equal('sale-paused');
    await look('paused');
    await act('resume');
    await confirm('resume').click();
    await page.locator('[data-action="pause"]').waitFor();
    expect(await trailOf()).to.deep.equal(['resume-sale', 'pause-sale', 'create-sale']);
  });

  it('adds goods once however often it is pressed, and takes back no more than there is', async () => {
    await act('restock');
    await page.locator('#quantity').fill('0');
    await confirm('restock').click();
    await page.locator('#quantity-wrong').waitFor();
    await page.locator('#quantity').fill('-100');
    await confirm('restock').click();
    await page.locator('dialog .refusal', { hasText: 'Only 0 units' }).waitFor();
    await look('restock');
    await page.locator('#quantity').fill('5');
    await confirm('restock').dblclick();
    await dialogGone();
    await page.locator('.legend > :last-child strong', { hasText: /^13$/ }).waitFor();
    await untilFigure(page, 'standby', '0');
    const { body } = await system.ops().get(`/api/sales/${saleId}`);
    expect(body.stock).to.deep.equal({ total: 13, available: 3, held: 7, sold: 3 });
  });

  it('changes only what was changed', async () => {
    await act('edit');
    await page.locator('dialog #holdSeconds').fill('900');
    await look('edit');
    await system.ops().patch(`/api/ops/sales/${saleId}`, { perBuyerLimit: 1 });
    await confirm('edit').click();
    await dialogGone();
    await untilDone();
    const { body } = await system.ops().get(`/api/sales/${saleId}`);
    expect(body).to.deep.include({ holdSeconds: 900, perBuyerLimit: 1, title: TITLE });
    const { body: trail } = await system.ops().get(`/api/ops/actions?objectId=${saleId}&limit=1`);
    expect(trail.items[0].detail).to.deep.equal({ holdSeconds: 900 });
    await page.locator('[data-action-done="update-sale"]', { hasText: '900' }).waitFor();
  });

  it('can tell a buyer why there was nothing left', async () => {
    const unlucky = buyers[12] as Client;
    await page.locator('#attempt').fill(unlucky.name);
    await page.getByRole('button', { name: 'Find' }).click();
    const story = page.locator('.story');
    await story.waitFor();
    const words = (await story.textContent()) ?? '';
    expect(words).to.include('Ticket 13').and.to.include('no goods were left for it');
    expect(words).to.include('12 tickets were before it');
    expect(await story.locator('.history li').count()).to.equal(2);
    await look('attempt');
    await page.locator('#attempt').fill('nobody');
    await page.getByRole('button', { name: 'Find' }).click();
    await page.getByText('never got a ticket').waitFor();
    await page.locator('#way').selectOption('ticket');
    await page.locator('#attempt').fill('0');
    await page.getByRole('button', { name: 'Find' }).click();
    await page.getByText('A ticket is a whole number from 1.').waitFor();
    await page.locator('#attempt').fill('9');
    await page.getByRole('button', { name: 'Find' }).click();
    await story.locator('h3', { hasText: 'Ticket 9' }).waitFor();
    const states = await story.locator('.history strong').allTextContents();
    expect(states).to.deep.equal(['In line', 'Standing by', 'Held']);
  });

  it('audits the sale', async () => {
    await act('audit');
    await page.locator('[data-audit="good"]').waitFor();
    expect(await page.locator('#audit-head ~ .scroll tbody tr').count()).to.equal(6);
  });

  it('sees the last hour again after a reload', async () => {
    // A slot takes ten seconds; then the same sample half an hour ago, as an earlier gateway's.
    const written = () => system.db('samples').where({ sale_id: saleId });
    const rows = await eventually(written, ({ length }) => length > 0, 30_000);
    const earlier = 1_800_000;
    const gateways = await system.db('samples').where({ sale_id: '', slot: rows[0].slot });
    const shifted = [rows[0], ...gateways].map((row) => ({ ...row, slot: row.slot - earlier }));
    await system.db('samples').insert(shifted);
    await page.reload();
    const chart = page.locator('[data-chart="chart.stock"]');
    await chart.locator('summary').click();
    const times = chart.locator('tbody th');
    await times.nth(1).waitFor();
    const shown = await page.evaluate(
      `new Intl.DateTimeFormat('en', { timeStyle: 'medium' }).format(${rows[0].slot - earlier})`,
    );
    expect(await times.allTextContents()).to.include(shown);
    expect(await page.locator('.canvas canvas').count()).to.equal(8);
    await look('charts');
    await page.getByRole('button', { name: '5 min', exact: true }).click();
    expect(await times.allTextContents()).to.not.include(shown);
  });

  it('closes it for good', async () => {
    await act('close');
    await look('close');
    await confirm('close').click();
    await dialogGone();
    await page.locator('.sale-head .badge[data-state="closed"]').waitFor();
    expect(await page.locator('.actions button').count()).to.equal(0);
    await look('closed');
  });

  it('reads the report, which is final once nothing is held', async () => {
    await page.getByRole('link', { name: 'Report' }).click();
    await page.locator('[data-complete="false"]').waitFor();
    for (const buyer of buyers.slice(3, 10)) {
      await buyer.delete(`/api/attempts/${attempts.get(buyer.name)}`);
    }
    await eventually(
      async () => (await system.ops().get(`/api/ops/sales/${saleId}/report`)).body,
      ({ complete }) => complete,
    );
    await page.reload();
    await page.locator('[data-complete="true"]').waitFor();
    expect(await figure(page, 'sellThrough')).to.equal('23.1%');
    expect(await figure(page, 'revenue')).to.equal('₩72,000');
    expect(await figure(page, 'buyers')).to.equal('14');
    const waited = page.locator('[data-distribution="waiting"] .bars strong');
    const counts = (await waited.allTextContents()).map(Number);
    expect(counts.reduce((sum, n) => sum + n, 0)).to.equal(14);
    expect(await page.locator('[data-row="confirmed"] strong').first().textContent()).to.equal('3');
    await look('report');
    await page.emulateMedia({ media: 'print' });
    await takePicture(page, 'ops-report-print');
    await page.emulateMedia({ media: null });
  });

  it('exports every attempt as CSV', async () => {
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'CSV' }).click(),
    ]);
    expect(download.suggestedFilename()).to.equal(`${saleId}.csv`);
    const rows = csvRows(await readFile(await download.path(), 'utf8'));
    expect(rows.map(({ buyerId }) => buyerId)).to.deep.equal(buyers.map(({ name }) => name));
  });

  it('finds in the trail who did what', async () => {
    await page.getByRole('link', { name: 'Trail' }).click();
    await page.locator('[data-action-done="close-sale"]', { hasText: saleId }).waitFor();
    const done = page.locator('[data-action-done]');
    expect(await done.count()).to.equal(8);
    await look('trail');
  });

  it('finds the sale among all by its state and its words', async () => {
    await system.createSale({ title: 'Another one' });
    await page.getByRole('link', { name: 'Sales' }).click();
    await page.locator('#sale-rows tr').nth(1).waitFor();
    await page.locator('#wanted').fill('머그');
    expect(await page.locator('#sale-rows a').allTextContents()).to.deep.equal([TITLE]);
    await page.locator('#wanted').fill('');
    await page.locator('#state').selectOption('open');
    await page.locator('#sale-rows a', { hasText: 'Another one' }).waitFor();
    await page.locator('#sale-rows a', { hasText: TITLE }).waitFor({ state: 'detached' });
    await page.locator('#state').selectOption('');
    await page.locator('#sale-rows tr').nth(1).waitFor();
    await lookAt(watched, 'ops-sales', {
      names: [
        ...TECHNICAL,
        'Another one',
        (await page.locator('.owner').first().textContent()) ?? '',
      ],
    });
  });

  it('mends a product', async () => {
    await page.getByRole('link', { name: 'Products' }).click();
    await page.locator('#wanted').fill('달빛');
    await page.getByRole('button', { name: `Edit ${PRODUCT}` }).click();
    await page.locator('dialog #price').fill('-1');
    await page.getByRole('button', { name: 'Save changes' }).click();
    await page.locator('#price-wrong').waitFor();
    await page.locator('dialog #price').fill('25000');
    await page.getByRole('button', { name: 'Save changes' }).click();
    await dialogGone();
    await page.locator('.plain-list', { hasText: '₩25,000' }).waitFor();
    await look('products');
  });

  it('logs out, and everything is closed then', async () => {
    await page.getByRole('button', { name: 'Log out' }).click();
    await page.waitForURL('/ops/login');
    await page.goto(`/ops/sales/${saleId}/report`);
    await page.waitForURL(/\/ops\/login\?next=/);
    await logIn(page);
    await page.waitForURL(`/ops/sales/${saleId}/report`);
  });
});
