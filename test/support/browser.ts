import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import type { Client } from './client.js';

/** What one page has tried that its rules forbid, and what went wrong in it. */
export interface Sightings {
  /** `directive: what was blocked`, by the Content-Security-Policy. */
  readonly violations: string[];
  /** Exceptions that nobody caught. */
  readonly errors: string[];
  /** Every address that was asked for. */
  readonly requests: string[];
  /** Texts of alert, confirm and prompt. */
  readonly dialogs: string[];
}

export interface WatchedPage {
  readonly page: Page;
  readonly seen: Sightings;
}

/** The two sizes that every page is looked at in. */
export const SIZES = {
  phone: { width: 390, height: 844 },
  desktop: { width: 1280, height: 800 },
} as const;

export interface PageOptions {
  readonly locale?: 'en-US' | 'ko-KR';
  readonly size?: keyof typeof SIZES;
  /** Somebody known: the page finds their session as if it had been here before. */
  readonly buyer?: Client;
}

/** A real Chromium that npm test has found; started once for each suite. */
export class TestBrowser {
  readonly #browser: Browser;
  readonly #contexts: BrowserContext[] = [];

  private constructor(browser: Browser) {
    this.#browser = browser;
  }

  /** Skips the suite of `context` where there is no browser: npm test has said why. */
  static async open(context: Mocha.Context): Promise<TestBrowser> {
    const executablePath = process.env.BROWSER_PROGRAM;
    if (!executablePath) context.skip();
    // Chromium has no sandbox for root; what these tests open is our own.
    const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
    return new TestBrowser(await chromium.launch({ executablePath, args }));
  }

  /** A page in a profile of its own, with everything suspicious written down. */
  async page(origin: string, options: PageOptions = {}): Promise<WatchedPage> {
    const { locale = 'en-US', size = 'desktop', buyer } = options;
    const context = await this.#browser.newContext({
      baseURL: origin,
      locale,
      viewport: SIZES[size],
      ...(buyer ? { storageState: { cookies: [], origins: [sessionOf(buyer, origin)] } } : {}),
    });
    this.#contexts.push(context);
    return this.tab(context);
  }

  /** One more tab of a profile that is there already. */
  async tab(context: BrowserContext): Promise<WatchedPage> {
    const page = await context.newPage();
    return { page, seen: await watch(page) };
  }

  async close(): Promise<void> {
    await Promise.all(this.#contexts.map((context) => context.close()));
    await this.#browser.close();
  }
}

function sessionOf({ name, token }: Client, origin: string) {
  const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
  const session = JSON.stringify({ buyerId: name, token, expiresAt });
  return { origin, localStorage: [{ name: 'dropgate.session', value: session }] };
}

async function watch(page: Page): Promise<Sightings> {
  const seen: Sightings = { violations: [], errors: [], requests: [], dialogs: [] };
  page.on('pageerror', ({ message }) => seen.errors.push(message));
  page.on('request', (request) => seen.requests.push(request.url()));
  page.on('dialog', async (dialog) => {
    seen.dialogs.push(dialog.message());
    await dialog.dismiss();
  });
  await page.exposeFunction('noteViolation', (what: string) => seen.violations.push(what));
  // Text, since tests are compiled without the types of a browser.
  await page.addInitScript(`
    addEventListener('securitypolicyviolation', (event) => {
      noteViolation(event.effectiveDirective + ': ' + event.blockedURI);
    });
  `);
  return seen;
}
