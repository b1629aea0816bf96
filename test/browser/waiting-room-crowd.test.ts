import { expect } from 'chai';
import { TestBrowser } from '../support/browser.js';
import { Fragile } from '../support/fragile.js';
import { System } from '../support/system.js';

const BUYERS = 3_000;
/** So slow is the worker's way to Redis that the line takes a while: 500 tickets at most a call. */
const DELAY_MS = 300;

/** What the page showed, in order. */
interface Shown {
  readonly ahead: number | null;
  readonly phase: string;
  readonly time: string;
  readonly at: number;
}

describe('One browser in a crowd', () => {
  let system: System;
  let browser: TestBrowser;
  let slow: Fragile;

  before(async function () {
    browser = await TestBrowser.open(this);
    system = await System.start({ lanes: 1 });
    slow = await Fragile.open(system);
    await system.workers[0]?.end('SIGTERM');
    await system.startWorker(slow.env);
  });

  after(async () => {
    await browser?.close();
    await system?.stop();
    await slow?.close();
  });

  async function enterAll(sale: string): Promise<void> {
    let left = BUYERS;
    const place = async () => {
      while (left > 0) {
        left -= 1;
        const { status } = await system.buyer().buy(sale);
        expect(status).to.equal(202);
      }
    };
    await Promise.all(Array.from({ length: 16 }, place));
  }

  it('sees its place only fall, and is told a time that holds', async () => {
    const sale = await system.createSale({ stock: BUYERS + 10, title: 'A crowded sale' });
    const worker = system.workers[1];
    worker?.child.kill('SIGSTOP');
    const { page } = await browser.page(system.urls[0] as string);
    await page.goto(`/sales/${sale}`);
    await page.locator('#panel[data-phase="open"]').waitFor();
    await enterAll(sale);
    await page.evaluate(`
      window.shown = [];
      new MutationObserver(() => {
        const text = (id) => document.querySelector(id)?.textContent ?? '';
        const phase = document.querySelector('#panel').dataset.phase;
        const ahead = phase === 'waiting' ? Number(text('#figure').replaceAll(',', '')) : null;
        const last = shown.at(-1);
        const next = { ahead, phase, time: text('#time-to-go'), at: Date.now() };
        if (JSON.stringify({ ...last, at: 0 }) !== JSON.stringify({ ...next, at: 0 })) shown.push(next);
      }).observe(document.querySelector('#panel'), { subtree: true, childList: true, characterData: true, attributes: true });
    `);
    await page.locator('#buy').click();
    await page.locator('#panel[data-phase="waiting"]').waitFor();
    slow.taps.redis.delay(DELAY_MS);
    worker?.child.kill('SIGCONT');
    await page.locator('#panel[data-phase="held"]').waitFor({ timeout: 60_000 });
    slow.taps.redis.delay(0);
    const heldAt = Date.now();
    const shown = (await page.evaluate('shown')) as Shown[];
    const from = shown[0]?.at ?? 0;
    for (const { ahead, phase, time, at } of shown) {
      console.log(`      ${at - from} ms: ${phase} ${ahead ?? ''} ${time}`);
    }
    const places = shown.flatMap(({ ahead }) => (ahead === null ? [] : [ahead]));
    expect(places).to.deep.equal([...places].sort((a, b) => b - a));
    expect(places[0]).to.be.at.least(BUYERS);
    const kept = await page.evaluate(`localStorage.getItem('dropgate.promise.${sale}')`);
    const { promise } = JSON.parse(kept as string);
    const told = `${promise.from - heldAt} to ${promise.to - heldAt} ms from when it was`;
    console.log(`      promised: ${told}`);
    expect(promise.to).to.be.above(promise.from);
  });
});
