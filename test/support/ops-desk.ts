import type { Page } from 'playwright-core';
import type { TestBrowser, WatchedPage } from './browser.js';
import { OPS_TOKEN } from './system.js';

/** Logs in as an operator; the page ends at `/ops`, or where the login leads. */
export async function logIn(page: Page, token = OPS_TOKEN): Promise<void> {
  await page.locator('#token').fill(token);
  await page.locator('#submit').click();
}

/** A page of somebody who is logged in already. */
export async function opsPage(browser: TestBrowser, origin: string): Promise<WatchedPage> {
  const watched = await browser.page(origin);
  await watched.page.goto('/ops/login');
  await logIn(watched.page);
  await watched.page.waitForURL('/ops');
  return watched;
}

/** The number in a tile, as it is shown. */
export async function figure(page: Page, name: string): Promise<string> {
  return (await page.locator(`[data-figure="${name}"] .value`).textContent()) ?? '';
}

/** Waits until a tile shows this. */
export async function untilFigure(page: Page, name: string, value: string): Promise<void> {
  await page
    .locator(`[data-figure="${name}"] .value`, { hasText: new RegExp(`^${value}$`) })
    .waitFor();
}
