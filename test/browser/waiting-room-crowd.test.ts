import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { laneOfSale } from '../../core/domain/ids.js';
import { saleKeys } from '../../core/keys.js';
import { TestBrowser } from '../support/browser.js';
import type { Client, Reply } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import type { Daemon } from '../support/processes.js';
import { System } from '../support/system.js';

/** Simulated buyers before and behind the one real browser. */
const BEFORE = 4_000;
const BEHIND = 500;
const AT_ONCE = 50;

/** What a lane decides in milliseconds takes so long here, 500 tickets after the other. */
const STEP = 500;
const STEP_MS = 450;

/** Everything that a page has shown of its place and of the time to go, as it was shown. */
interface Shown {
  readonly places: number[];
  readonly times: string[];
}

/** Watches what a buyer sees, change by change. */
async function watchPlace(page: Page): Promise<Shown> {
  const shown: Shown = { places: [], times: [] };
  await page.exposeFunction('notePlace', (place: number, time: string) => {
    if (shown.places.at(-1) !== place) shown.places.push(place);
    if (time !== '' && shown.times.at(-1) !== time) shown.times.push(time);
  });
  await page.evaluate(`
    new MutationObserver(() => {
      if (document.querySelector('#panel').dataset.phase !== 'waiting') return;
      const text = (id) => document.querySelector(id)?.textContent ?? '';
      notePlace(Number(text('#figure').replaceAll(',', '')), text('#time-to-go'));
    }).observe(document.querySelector('#panel'), {
      subtree: true, childList: true, characterData: true, attributes: true,
    });
  `);
  return shown;
}

/**
 * Lets a worker that is stopped decide a sale's line in an even pace. It is stopped again after a
 * batch, or after two or three where it was quicker than the signal: then it stands the longer.
 */
async function pace(system: System, worker: Daemon, sale: string, last: number): Promise<void> {
  const key = saleKeys(laneOfSale(sale) as number, sale).sale;
  const serving = async () => Number(await system.redis.hget(key, 'serving'));
  const began = performance.now();
  for (let at = await serving(); at <= last; at = await serving()) {
    const due = began + (1 + (at - 1) / STEP) * STEP_MS;
    await pause(Math.max(0, due - performance.now()));
    worker.child.kill('SIGCONT');
    while ((await serving()) === at) await pause(1);
    worker.child.kill('SIGSTOP');
  }
  worker.child.kill('SIGCONT');
}

/** A gateway that has too much to do says so, and its buyers come again. */
function isIn({ status }: Reply): boolean {
  return status === 202 || status === 200;
}

async function enter(buyers: readonly Client[], sale: string): Promise<void> {
  const left = buyers.values();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (const buyer of left) await eventually(() => buyer.buy(sale), isIn);
    }),
  );
}

describe('One real browser among 4,500 buyers', () => {
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

  it('sees its place fall and never rise, and is decided within the time it was told', async () => {
    const sale = await system.createSale({ stock: 4_200, title: 'Among many' });
    const worker = system.workers[0] as Daemon;
    worker.child.kill('SIGSTOP');
    await enter(
      Array.from({ length: BEFORE }, () => system.buyer()),
      sale,
    );
    const { page } = await browser.page(system.urls[0] as string, { size: 'phone' });
    await page.goto(`/sales/${sale}`);
    const shown = await watchPlace(page);
    await page.locator('#buy').click();
    await page.locator('#panel[data-phase="waiting"]').waitFor();
    await enter(
      Array.from({ length: BEHIND }, () => system.buyer()),
      sale,
    );
    await pace(system, worker, sale, BEFORE + 1 + BEHIND);
    await page.locator('#panel[data-phase="held"]').waitFor();
    const { places, times } = shown;
    console.log(`        places shown: ${places.join(', ')}; times told: ${times.join(' | ')}`);
    expect(places[0]).to.equal(BEFORE);
    expect(places).to.deep.equal(places.toSorted((a, b) => b - a));
    expect(places.length).to.be.above(3);
    expect(times).to.not.be.empty;

    const report = await eventually(
      async () => (await system.ops().get(`/api/ops/sales/${sale}/report`)).body,
      ({ attempts }) => attempts?.all === BEFORE + 1 + BEHIND && attempts.waiting === 0,
    );
    const { made, kept } = report.promise;
    console.log(`        ranges told: ${made}, kept: ${kept}; wait p50 ${report.waiting.p50} ms`);
    expect(made).to.be.above(1_000);
    expect(kept / made).to.be.above(0.9);
  });
});
